import { useState } from 'react';
import type { Kind, Question, Role } from '../../api/types';
import { type Chosen, ChooseThings, FormDialog, kinds as all, may, roleNames, Select, TextArea, TextField, useDraft, usePeek, useProduct, useRelations } from '../../kit';
import { ask, writeDown } from './actions';
import { asked } from './proposals';

/** What a question or a decision can be about, after the table of relations. */
function useAbout(): readonly Kind[] {
  return useRelations().find(({ relation }) => relation === 'concerns')?.to ?? (Object.keys(all) as Kind[]);
}

/** Asks a role. */
export function AskForm({ about: given, onClose }: { about?: Chosen; onClose: () => void }) {
  const product = useProduct();
  const { open } = usePeek();
  const [title, setTitle] = useState('');
  const draft = useDraft(`${product.key}:question:${given?.reference ?? 'new'}`, '');
  const [role, setRole] = useState<Role>('product_owner');
  const kinds = useAbout();
  const [about, setAbout] = useState<Chosen[]>(given ? [given] : []);
  const letGo = () => {
    draft.clear();
    onClose();
  };
  return (
    <FormDialog<Question>
      title="Ask a question" submit="Ask" ready={title.trim() !== ''} allowed={may(product.can, 'question')} onClose={onClose} onLetGo={letGo}
      onSaved={(question) => {
        draft.clear();
        if (!given) open(question.reference);
      }}
      save={({ refused }) => ask(product.key, { title: title.trim(), body: draft.text.trim(), role, about: about[0]?.id }, refused)}
    >
      {(errorOf) => (
        <>
          <Select label="Of whom" value={role} onChange={(id) => setRole(id as Role)} options={asked.map((id) => ({ id, label: roleNames[id] }))} error={errorOf('role')} />
          <TextField label="Question" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus />
          <TextArea label="What one has to know to answer it" value={draft.text} onChange={draft.set} error={errorOf('body')} rows={3} />
          <ChooseThings kinds={kinds} label="About" add="Choose what it is about…" chosen={about} onChange={setAbout} most={1} error={errorOf('about')} />
        </>
      )}
    </FormDialog>
  );
}

/** Writes a decision down by hand. */
export function RecordForm({ onClose }: { onClose: () => void }) {
  const product = useProduct();
  const { open } = usePeek();
  const [title, setTitle] = useState('');
  const [context, setContext] = useState('');
  const [options, setOptions] = useState('');
  const [choice, setChoice] = useState('');
  const kinds = useAbout();
  const [concerns, setConcerns] = useState<Chosen[]>([]);
  return (
    <FormDialog<{ id: string; reference: string }>
      title="Write a decision down" submit="Write down" size="large" ready={title.trim() !== '' && choice.trim() !== ''} allowed={may(product.can, 'log')} onClose={onClose} onSaved={({ reference }) => open(reference)}
      save={({ refused }) => writeDown(product.key, { title: title.trim(), context: context.trim(), options: options.trim(), choice: choice.trim(), concerns: concerns.map(({ id }) => id) }, refused)}
    >
      {(errorOf) => (
        <>
          <TextField label="What was to be decided" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus />
          <TextArea label="Context" value={context} onChange={setContext} error={errorOf('context')} rows={3} help="What it was about, and why it had to be decided." />
          <TextArea label="Options" value={options} onChange={setOptions} error={errorOf('options')} rows={2} help="What there was to choose from." />
          <TextArea label="Choice" value={choice} onChange={setChoice} error={errorOf('choice')} rows={2} required help="What was chosen, and why." />
          <ChooseThings kinds={kinds} label="Touches" add="Choose what it touches…" chosen={concerns} onChange={setConcerns} most={100} error={errorOf('concerns') ?? errorOf('concerns[0]')} />
        </>
      )}
    </FormDialog>
  );
}
