import { Paperclip, X } from 'lucide-react';
import { FileTrigger } from 'react-aria-components';
import { api } from '../../api/client';
import type { Attachment, ObjectView } from '../../api/types';
import { act, Button, Dialog, formatDate, formatSize, IconButton, Load, may, PartTitle, useGet } from '../../kit';
import { useState } from 'react';

const again = ['/objects/{object}/attachments', '/objects/{object}'];

async function upload(object: ObjectView, files: FileList | null): Promise<void> {
  for (const file of files ?? []) {
    const body = new FormData();
    body.append('file', file);
    await act({ run: () => api.post('/objects/{object}/attachments', { path: { object: object.id }, body }), done: `${file.name} attached`, refresh: again });
  }
}

export function Attachments({ object }: { object: ObjectView }) {
  const files = useGet('/objects/{object}/attachments', { path: { object: object.reference } });
  const [removing, setRemoving] = useState<Attachment | null>(null);
  const allowed = may(object.can, 'comment');
  const remove = async ({ id, name }: Attachment) => {
    setRemoving(null);
    await act({ run: () => api.del('/attachments/{attachment}', { path: { attachment: id } }), done: `${name} deleted`, refresh: again });
  };
  return (
    <section className="section" aria-label="Files">
      <div className="row between">
        <PartTitle>Files</PartTitle>
        {allowed.ok
          ? <FileTrigger allowsMultiple onSelect={(chosen) => void upload(object, chosen)}><Button look="quiet" icon={Paperclip}>Attach</Button></FileTrigger>
          : <Button look="quiet" icon={Paperclip} allowed={allowed}>Attach</Button>}
      </div>
      <Load query={files} rows={1}>
        {({ rows }) => (
          <ul className="files">
            {rows.map((file) => (
              <li key={file.id} className="row between">
                <a className="cut" href={`/api/v1/attachments/${file.id}/content`} download={file.name}>{file.name}</a>
                <span className="muted number">{formatSize(file.size)} · {formatDate(file.created_at)}</span>
                <IconButton icon={X} label={`Delete ${file.name}`} allowed={allowed} onPress={() => setRemoving(file)} />
              </li>
            ))}
          </ul>
        )}
      </Load>
      {removing && (
        <Dialog open onClose={() => setRemoving(null)} title={`Delete ${removing.name}?`} foot={<><Button onPress={() => setRemoving(null)}>Keep it</Button><Button look="danger" onPress={() => void remove(removing)}>Delete</Button></>}>
          <p>A deleted file cannot be brought back.</p>
        </Dialog>
      )}
    </section>
  );
}
