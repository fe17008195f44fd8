import { api } from '../../api/client';
import type { ImportBatch, ImportMapping, ImportReport, Stub } from '../../api/types';
import { queries } from '../../kit';

export const importsPath = '/products/{product}/imports';

export type Undone = ImportBatch & { left_alone: (Pick<Stub, 'id' | 'reference' | 'title'> & { reason: string })[] };

export function readFile(product: string, file: File, mapping: ImportMapping, dryRun: boolean, signal?: AbortSignal): Promise<ImportReport> {
  const body = new FormData();
  body.append('mapping', JSON.stringify(mapping));
  body.append('dry_run', String(dryRun));
  body.append('file', file);
  return api.post('/products/{product}/imports/jira', { path: { product }, body, signal });
}

export async function undoImport(batch: string): Promise<Undone> {
  const undone = await api.del('/imports/{import}', { path: { import: batch } });
  // Items, sprints, the line: an import touches nearly everything that is on screen anywhere.
  await queries.invalidateQueries();
  return undone;
}
