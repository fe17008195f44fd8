import { useState } from 'react';
import { api } from '../../api/client';
import type { Theme } from '../../api/types';
import { act, FormDialog, may, TextArea, TextField, usePeek, useProduct } from '../../kit';
import { themePath, themesAgain, themesPath } from './themes';

export function ThemeForm({ theme: given, onClose }: { theme?: Theme; onClose: () => void }) {
  // As it was when the form opened: what others change meanwhile is a conflict, not overwritten.
  const [theme] = useState(given);
  const product = useProduct();
  const { open } = usePeek();
  const [title, setTitle] = useState(theme?.title ?? '');
  const [share, setShare] = useState(theme?.target_share?.toString() ?? '');
  const [body, setBody] = useState(theme?.body ?? '');
  const fields = { title: title.trim(), target_share: share.trim() === '' ? null : Number(share), body };
  const put = (body: object, version: number) => api.patch(themePath, { path: { theme: theme!.id }, body, version });
  return (
    <FormDialog<Theme>
      title={theme ? `Edit ${theme.reference}` : 'New theme'} submit={theme ? 'Save' : 'Create'} ready={fields.title !== '' && (fields.target_share === null || Number.isInteger(fields.target_share))}
      allowed={may(product.can, 'objectives')} onClose={onClose} onSaved={(saved) => { if (!theme) open(saved.reference) }}
      save={({ refused, version }) => act<Theme>({
        run: (back) => (theme
          ? put(fields, back?.version ?? version ?? theme.version)
          : api.post(themesPath, { path: { product: product.key }, body: { ...fields, target_share: fields.target_share ?? undefined } })),
        done: theme ? `${theme.reference} saved` : 'Theme created', refused, refresh: themesAgain,
        undo: theme && ((now) => put({ title: theme.title, target_share: theme.target_share, body: theme.body }, now.version)),
      })}
    >
      {(errorOf) => (
        <>
          <TextField label="Theme" value={title} onChange={setTitle} error={errorOf('title')} required autoFocus help="What part of the effort is meant for: “Reliability”." />
          <TextField label="Share of the effort it is meant to have, in percent" value={share} onChange={setShare} error={errorOf('target_share')} type="number" min={0} max={100} step={1} />
          <TextArea label="Why" value={body} onChange={setBody} error={errorOf('body')} rows={4} />
        </>
      )}
    </FormDialog>
  );
}
