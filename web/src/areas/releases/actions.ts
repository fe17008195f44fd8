import { api } from '../../api/client';
import type { Release, Row } from '../../api/types';
import { act, propose, refresh, type Verdict } from '../../kit';

export const releasesPath = '/products/{product}/releases';
export const releasePath = '/releases/{release}';
export const contentsPath = '/releases/{release}/items';
export const audiencePath = '/releases/{release}/audience';
export const itemsPath = '/products/{product}/items';
/** What a change of a release or its contents shows in. */
export const again = [releasesPath, releasePath, contentsPath, audiencePath, itemsPath, '/items/{item}', '/objects/{object}', '/objects/{object}/history'];

const put = (release: string, item: string) => api.put('/releases/{release}/items/{item}', { path: { release, item } });
const take = (release: string, item: string) => api.del('/releases/{release}/items/{item}', { path: { release, item } });

async function each(rows: Row[], run: (item: string) => Promise<Row>): Promise<true> {
  for (const row of rows) await run(row.id);
  return true;
}

export async function addItems(product: string, release: Release, rows: Row[], allowed: Verdict): Promise<void> {
  if (rows.length > 1 && allowed.proposeTo !== undefined) {
    await propose(product, rows.map((row) => ({ change: 'put_in_release', with: { release: release.id, item: row.id } })));
    return;
  }
  const what = rows.length === 1 ? rows[0]!.reference : `${rows.length} items`;
  const done = await act({
    run: () => each(rows, (item) => put(release.id, item)), done: `${what} ${rows.length === 1 ? 'ships' : 'ship'} with ${release.name}`,
    undo: () => each(rows, (item) => take(release.id, item)), refresh: again,
  });
  // Some may be in it before one was refused.
  if (!done) await refresh(...again);
}

export async function removeItem(release: Release, row: Row): Promise<void> {
  await act({ run: () => take(release.id, row.id), done: `${row.reference} left ${release.name}`, undo: () => put(release.id, row.id), refresh: again });
}

export function editRelease(release: Pick<Release, 'id'>, body: Partial<Pick<Release, 'name' | 'body' | 'planned_on'>>, version: number): Promise<Release> {
  return api.patch(releasePath, { path: { release: release.id }, body, version });
}
