import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

test('a write asks to be proposed, and what waits is no answer of its own', async () => {
  const proposed = { id: 'p', reference: 'APP-77', title: 'Move APP-12 to place 3', to: 'Bea Kern', version: 1 };
  const asked: Request[] = [];
  const Plain = Request;
  vi.stubGlobal('Request', class extends Plain { constructor(input: string, init?: RequestInit) { super(new URL(input, 'http://localhost'), init) } });
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(request);
    return Promise.resolve(request.method === 'GET' ? Response.json({ rows: [] }) : Response.json(proposed, { status: 202 }));
  });
  // The client takes `fetch` when it is loaded.
  const { api, Waits } = await import('./client');
  await api.get('/relations');
  const refusal = await api.put('/items/{item}/rank', { path: { item: 'APP-12' }, body: { at: 'top' } }).catch((problem: unknown) => problem);
  expect(refusal).toBeInstanceOf(Waits);
  expect(refusal).toMatchObject({ status: 202, message: 'Proposed to Bea Kern: Move APP-12 to place 3', proposed });
  expect(asked.map(({ headers }) => headers.get('Prefer'))).toEqual([null, 'propose']);
});
