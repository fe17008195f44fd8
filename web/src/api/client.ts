import createClient from 'openapi-fetch';
import type { components, paths } from './schema';
import type { Item, ObjectView, ProblemBody, Proposed, Trace } from './types';
import type { Written } from './written';

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';
/** The document's routes, without what all of them begin with. */
type Routes = { [Path in keyof paths as Path extends `/api/v1${infer Rest}` ? Rest : never]: paths[Path] };
/** The paths of the document that a method is answered at; a misspelt one does not compile. */
export type PathOf<M extends Method> = { [Path in keyof Routes]: Routes[Path] extends Record<M, { responses: unknown }> ? Path : never }[keyof Routes];
type Operation<P extends PathOf<M>, M extends Method> = Routes[P] extends Record<M, infer Found> ? Found : never;
type Success<Responses> = Responses[keyof Responses & (200 | 201)];
/** Where the document says only that an answer is an object, `types.ts` says what is in it. */
type Told<Body> =
  Same<Body, components['schemas']['Item']> extends true ? Item
    : Same<Body, Record<string, never>> extends true ? ObjectView
      : Same<Body, components['schemas']['Trace']> extends true ? Trace
        : Written<Body>;
type Same<A, B> = [A, B] extends [B, A] ? true : false;
/** What a call answers, as the document says it. */
export type Answer<P extends PathOf<M>, M extends Method> =
  Operation<P, M> extends { responses: infer Responses } ? (Success<Responses> extends { content: { 'application/json': infer Body } } ? Told<Body> : undefined) : never;

export type PathValues = Record<string, string | number>;
export type QueryValues = Record<string, string | number | boolean | null | undefined>;

type NameIn<P> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | NameIn<Rest> : never;

export interface CallOptions<P = unknown> {
  /** Fills `{name}` in the path. */
  path?: unknown extends P ? PathValues : { [Name in NameIn<P>]?: string | number };
  query?: QueryValues;
  /** JSON, or FormData for files. */
  body?: unknown;
  /** The version the change is made against; sent as If-Match. */
  version?: number;
  signal?: AbortSignal;
}

/** What the server refused and why, or that it could not be reached (status 0). */
export class Problem extends Error {
  readonly status: number;
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title);
    this.name = 'Problem';
    this.status = body.status;
    this.body = body;
  }

  /** True when nothing was decided: the network or the server was away. */
  get away(): boolean {
    return this.status === 0 || this.status >= 502;
  }
}

/** What was asked for is not the reader's to decide: nothing has changed, it waits as a proposal. */
export class Waits extends Problem {
  readonly proposed: Proposed;

  constructor(proposed: Proposed) {
    super({ type: 'about:blank', title: `Proposed to ${proposed.to}: ${proposed.title}`, status: 202 });
    this.name = 'Waits';
    this.proposed = proposed;
  }
}

interface Reply { data?: unknown; error?: unknown; response: Response }
type Send = (method: Method, path: string, init: object) => Promise<Reply>;

const http = createClient({ baseUrl: '/api/v1', credentials: 'same-origin' });
// Plain here; `api` below gives every path its shape.
const send = http.request.bind(http) as unknown as Send;

const signedOutListeners = new Set<() => void>();

/** Called whenever the server says that the session has ended. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** A random key; `crypto.randomUUID` is missing where the page is served over plain HTTP in a local network. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function present(query: QueryValues): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(query).filter((pair): pair is [string, string | number | boolean] => pair[1] !== null && pair[1] !== undefined && pair[1] !== ''),
  );
}

function toProblem(error: unknown, response: Response): Problem {
  if (typeof error === 'object' && error !== null && 'status' in error) return new Problem(error as ProblemBody);
  const detail = typeof error === 'string' && error !== '' && error.length < 300 ? error : undefined;
  return new Problem({ type: 'about:blank', title: `The server answered ${response.status}`, status: response.status, detail });
}

async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  if (method === 'post') headers['Idempotency-Key'] = newKey();
  // Whatever is not the reader's to decide is proposed: no control is a dead end.
  if (method !== 'get') headers.Prefer = 'propose';
  let answer: Reply;
  try {
    answer = await send(method, path, {
      params: { path: options.path ?? {}, query: present(options.query ?? {}) },
      body: options.body,
      headers,
      signal: options.signal,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem({ type: 'about:blank', title: 'The server cannot be reached', status: 0, detail: 'The server cannot be reached. Nothing was saved.' });
  }
  if (answer.response.status === 202) throw new Waits(answer.data as Proposed);
  if (answer.response.ok) return answer.data as T;
  if (answer.response.status === 401 && path !== '/sessions') for (const listener of signedOutListeners) listener();
  const problem = toProblem(answer.error, answer.response);
  // A conflict brings both versions along: what stands there now, and what was to be written.
  if (problem.status === 412) problem.body.yours = options.body ?? undefined;
  throw problem;
}

function caller<M extends Method>(method: M) {
  return <P extends PathOf<M>>(path: P, options?: CallOptions<P>): Promise<Answer<P, M>> => call(method, path, options as CallOptions);
}

export const api = { get: caller('get'), post: caller('post'), patch: caller('patch'), put: caller('put'), del: caller('delete') };
