import { api, Problem } from '../../api/client';
import type { Activity, Change, Decision, ExemptClass, Item, ItemKind, ItemPage, Person, Place, Rank, Row, WorkflowState } from '../../api/types';
import { act, announce, exemptNames, formatNumber, isItem, may, propose, type Refused, refresh, stepFrom, toast, toastProblem, underWay } from '../../kit';
import { append, type BacklogStore, before, merge, patch, place } from './store';

const firstPage = 100;
const nextPages = 1000;
/** So many rows are read again by their ids; when more are stale, the whole list is. */
const piece = 200;
const mostByIds = 2000;
/** Nothing moves under the hand: how long after a key the changes of others wait. */
const rest = 1500;
const settle = 800;
/** Changes that come together are read together. */
const gather = 100;
const patience = 3000;

/** A row and what it stood right after. */
type Origin = [id: string, after: string | null];

const rankAfter = (after: string | null): Rank => (after === null ? { at: 'top' } : { after });

const verbs = { is: 'are', has: 'have', needs: 'need' };
/** What is said of one item, of several: 'is done' is 'are done'. */
const ofSeveral = (said: string) => said.replace(/^(is|has|needs)\b/, (verb) => verbs[verb as keyof typeof verbs]);

const pause = (time: number) => new Promise((resolve) => { setTimeout(resolve, time) });

/** Everything the backlog does with the server: optimistic first, put right when the server says otherwise. */
export class BacklogActions {
  private readonly moving = new Map<string, Rank>();
  private readonly origins = new Map<string, string | null>();
  private pumping = false;
  private settling: ReturnType<typeof setTimeout> | undefined;
  /** Resolved when a run of moves has been said; somebody who wants it undone does not wait for the hand to rest. */
  private saying: { resolve: () => void; hurried: boolean } | undefined;
  private dragging = false;
  private handUntil = 0;
  private readonly stale = new Set<string>();
  private allStale = false;
  private catchingUp = false;
  private run = 0;

  constructor(readonly store: BacklogStore, private readonly product: string, private readonly openOnly: boolean) {}

  // ---- reading

  async load(): Promise<void> {
    this.run += 1;
    const { run } = this;
    this.stale.clear();
    this.allStale = false;
    this.store.setState({ rows: new Map(), order: [], noWhy: 0, visible: [], loading: 'first', problem: null });
    try {
      for await (const page of this.pages()) {
        if (run !== this.run) return;
        append(this.store, page.rows, page.can, new Set(this.moving.keys()));
        this.store.setState({ loading: page.next === null ? 'none' : 'rest' });
      }
    } catch (problem) {
      if (run === this.run) this.store.setState({ problem, loading: 'none' });
    }
    void this.catchUp();
  }

  private async *pages(): AsyncGenerator<ItemPage> {
    let cursor: string | null | undefined;
    do {
      const page: ItemPage = await api.get('/products/{product}/items', {
        path: { product: this.product },
        query: { open: this.openOnly ? true : undefined, limit: cursor === undefined ? firstPage : nextPages, cursor },
      });
      yield page;
      cursor = page.next;
    } while (cursor !== null);
  }

  stop(): void {
    this.run += 1;
    this.stale.clear();
    this.allStale = false;
    // The way back from the last moves outlives the page.
    if (this.settling !== undefined) this.endRun();
  }

  /** Called with what others (and this page itself) did. */
  heard(batch: Activity[]): void {
    const { rows } = this.store.getState();
    const changed = new Set<string>();
    for (const { kind, object_id: id, version } of batch) {
      // The workflow, who may do what, the order's own numbers: they show in every row.
      if (kind === null) this.allStale = true;
      if (kind === null || id === null || !isItem(kind)) continue;
      changed.add(id);
      if ((rows.get(id)?.version ?? -1) < version) this.stale.add(id);
    }
    // A row tells of what it is part of too: the epic's name, and the why that comes down from it.
    for (const { id, parent_id: parent } of rows.values()) {
      if (parent !== null && (changed.has(parent) || changed.has(rows.get(parent)?.parent_id ?? ''))) this.stale.add(id);
    }
    void this.catchUp();
  }

  /** Reads what is stale, as long as there is some: after the list has come in, and when the hand rests. */
  private async catchUp(): Promise<void> {
    if (this.catchingUp || this.store.getState().loading !== 'none') return;
    this.catchingUp = true;
    const { run } = this;
    while (run === this.run && (this.allStale || this.stale.size > 0)) {
      await pause(gather);
      await this.handRests();
      try {
        if (this.allStale || this.stale.size > mostByIds) await this.readAll(run);
        else await this.readSome(run);
      } catch (problem) {
        // What is stale stays so; signed out or away, it is tried again.
        if (!(problem instanceof Problem && problem.away)) break;
        await pause(patience);
      }
    }
    this.catchingUp = false;
    // The list was begun anew meanwhile.
    if (run !== this.run) void this.catchUp();
  }

  private async handRests(): Promise<void> {
    for (let wait = this.untilRest(); wait > 0; wait = this.untilRest()) await pause(wait);
  }

  private untilRest(): number {
    return this.dragging ? rest : this.handUntil - performance.now();
  }

  private async readSome(run: number): Promise<void> {
    const ids = [...this.stale].slice(0, piece);
    for (const id of ids) this.stale.delete(id);
    const read = api.get('/products/{product}/items', {
      path: { product: this.product }, query: { ids: ids.join(','), open: this.openOnly ? true : undefined, limit: nextPages },
    });
    const { rows: fresh } = await read.catch((problem: unknown) => {
      for (const id of ids) this.stale.add(id);
      throw problem;
    });
    if (run !== this.run) return;
    const found = new Set(fresh.map((row) => row.id));
    merge(this.store, fresh, ids.filter((id) => !found.has(id)), new Set(this.moving.keys()));
  }

  /** Reads the whole list under the reader's eyes: nothing leaves the screen meanwhile. */
  private async readAll(run: number): Promise<void> {
    this.allStale = false;
    this.stale.clear();
    const missing = new Set(this.store.getState().order);
    try {
      for await (const { rows, can } of this.pages()) {
        await this.handRests();
        if (run !== this.run) return;
        merge(this.store, rows, [], new Set(this.moving.keys()));
        this.store.setState({ can });
        for (const { id } of rows) missing.delete(id);
      }
    } catch (problem) {
      this.allStale = true;
      throw problem;
    }
    // What moved to where it had been read already was not seen either: asked for by its id before it goes.
    for (const id of missing) this.stale.add(id);
  }

  /** A key or a drag: the changes of others wait a moment. */
  touched(): void {
    this.handUntil = performance.now() + rest;
  }

  setDragging(dragging: boolean): void {
    this.dragging = dragging;
    this.touched();
  }

  // ---- order

  /** Moves a row right after another one, or to the top. */
  move(id: string, after: string | null, rank?: Rank): void {
    const origin = before(this.store, id);
    if (id === after || (origin === after && rank === undefined)) return;
    if (!this.origins.has(id)) this.origins.set(id, origin);
    place(this.store, id, after);
    this.moving.set(id, rank ?? rankAfter(after));
    this.touched();
    const { rows, order } = this.store.getState();
    const proposes = this.proposes('order');
    announce(`${rows.get(id)!.reference} ${proposes ? 'proposed for' : 'moved to'} rank ${formatNumber(order.indexOf(id) + 1)} of ${formatNumber(order.length)}`);
    if (!this.saying) this.beginRun();
    if (proposes) this.endRunLater();
    else void this.pump();
  }

  private proposes(decision: Decision): boolean {
    return may(this.store.getState().can, decision).proposeTo !== undefined;
  }

  /** A run of moves is one step: Ctrl Z waits for it to be said, and does not wait for the hand to rest. */
  private beginRun(): void {
    void underWay(
      new Promise<void>((resolve) => { this.saying = { resolve, hurried: false } }),
      () => {
        if (this.saying) this.saying.hurried = true;
        if (this.settling !== undefined) this.endRun();
      },
    );
  }

  /** Sends one move at a time; of several moves of one row only the last is sent. */
  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    clearTimeout(this.settling);
    this.settling = undefined;
    for (let next = this.moving.entries().next(); !next.done; next = this.moving.entries().next()) {
      const [id, rank] = next.value;
      try {
        const row = await this.sendRank(id, rank);
        // Moved again meanwhile: this answer is old news.
        if (this.moving.get(id) === rank) {
          this.moving.delete(id);
          this.takeIn(row);
        }
      } catch (problem) {
        this.moving.delete(id);
        place(this.store, id, this.origins.get(id) ?? null);
        this.origins.delete(id);
        toastProblem(problem);
      }
    }
    this.pumping = false;
    if (this.saying?.hurried) this.sayMoved();
    else this.endRunLater();
  }

  private endRunLater(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.endRun(), settle);
  }

  /** Where the hand rests, what was moved is said; what was not sent yet is proposed. */
  private endRun(): void {
    if (this.moving.size > 0) void this.proposeMoved();
    else this.sayMoved();
  }

  /** Proposes where a run of moves has led, as one; the order stays until that is accepted. */
  private async proposeMoved(): Promise<void> {
    clearTimeout(this.settling);
    this.settling = undefined;
    const { saying } = this;
    this.saying = undefined;
    const moves = this.store.getState().order.filter((id) => this.moving.has(id)).map((id): [string, Rank] => {
      const rank = this.moving.get(id)!;
      return [id, 'at' in rank && rank.at === 'bottom' ? rank : rankAfter(before(this.store, id))];
    });
    for (const [id, after] of [...this.origins].toReversed()) place(this.store, id, after);
    this.moving.clear();
    this.origins.clear();
    const [only] = moves;
    const stayed = moves.length === 1 && JSON.stringify(only![1]) === JSON.stringify(rankAfter(before(this.store, only![0])));
    if (moves.length > 1) await propose(this.product, moves.map(([item, to]) => ({ change: 'rank_item', with: { item, place: to } })));
    else if (only && !stayed) await this.sendRank(...only).then((row) => this.takeIn(row), toastProblem);
    saying?.resolve();
  }

  private sendRank(id: string, rank: Rank): Promise<Row> {
    return api.put('/items/{item}/rank', { path: { item: id }, body: rank });
  }

  /** Takes in a row as the server has it now: its place too, which others may have shifted. */
  private takeIn(row: Row): void {
    merge(this.store, [row], [], new Set(this.moving.keys()), false);
  }

  /** One toast for a run of moves, with one undo. */
  private sayMoved(): void {
    clearTimeout(this.settling);
    this.settling = undefined;
    const origins = [...this.origins];
    this.origins.clear();
    this.saying?.resolve();
    this.saying = undefined;
    if (origins.length === 0) return;
    const { rows, order } = this.store.getState();
    const [first] = origins[0]!;
    const text = origins.length === 1
      ? `${rows.get(first)?.reference ?? ''} moved to rank ${formatNumber(order.indexOf(first) + 1)}`
      : `${origins.length} items moved`;
    const targets = order.filter((id) => origins.some(([moved]) => moved === id)).map((id): Origin => [id, before(this.store, id)]);
    toast(text, { undo: () => this.putAll(origins.toReversed()), redo: () => this.putAll(targets) });
  }

  private async putAll(places: Origin[]): Promise<void> {
    for (const [id, after] of places) {
      place(this.store, id, after);
      this.takeIn(await this.sendRank(id, rankAfter(after)));
    }
  }

  /** To a rank number counted in the whole list. */
  moveToRank(rows: Row[], number: number): void {
    const ids = new Set(rows.map((row) => row.id));
    const others = this.store.getState().order.filter((id) => !ids.has(id));
    this.moveAfter(rows, others[Math.min(Math.max(number, 1) - 1, others.length) - 1] ?? null);
  }

  /** Below everything, also below what has not been read yet. */
  moveToBottom(rows: Row[]): void {
    const ids = new Set(rows.map((row) => row.id));
    this.moveAfter(rows, this.store.getState().order.findLast((id) => !ids.has(id)) ?? null, { at: 'bottom' });
  }

  /** Several rows, one after the other, right after a row or to the top; `rank` says it otherwise to the server. */
  moveAfter(rows: Row[], after: string | null, rank?: Rank): void {
    let last = after;
    for (const { id } of rows) {
      this.move(id, last, rank);
      last = id;
    }
  }

  // ---- values

  /**
   * Shows the change at once, sends it row by row, takes back what was refused. Of several rows whose change is not the
   * reader's to decide one proposal is made: `kept` writes each down.
   */
  private change(
    rows: Row[], show: Partial<Row>, send: (row: Row) => Promise<Partial<Row>>, back: (row: Row) => Promise<Partial<Row>>, said: string, decision: Decision, kept: (row: Row) => Change,
  ): Promise<unknown> {
    if (rows.length > 1 && this.proposes(decision)) return propose(this.product, rows.map(kept));
    const perform = async () => {
      const again = () => refresh('/items/{item}', '/objects/{object}');
      this.touched();
      for (const row of rows) patch(this.store, row.id, show);
      const done: Row[] = [];
      for (const row of rows) {
        try {
          patch(this.store, row.id, await send(row));
          done.push(row);
        } catch (problem) {
          patch(this.store, row.id, row);
          toastProblem(problem);
        }
      }
      if (done.length === 0) return;
      void again();
      this.letGo(done);
      const each = (run: (row: Row) => Promise<Partial<Row>>) => async () => {
        for (const row of done) patch(this.store, row.id, await run(row));
        await again();
      };
      toast(done.length === 1 ? `${done[0]!.reference} ${said}` : `${done.length} items ${ofSeveral(said)}`, { undo: each(back), redo: each(send) });
    };
    return underWay(perform());
  }

  /** What was closed here leaves an open backlog as it does when others close it: when the hand rests. */
  private letGo(changed: Row[]): void {
    const { rows } = this.store.getState();
    for (const { id } of changed) {
      const row = rows.get(id);
      if (this.openOnly && row && (row.category === 'done' || row.category === 'cancelled')) this.stale.add(id);
    }
    void this.catchUp();
  }

  setState(rows: Row[], state: WorkflowState): Promise<unknown> {
    const send = (to: string) => (row: Row) => api.put('/items/{item}/state', { path: { item: row.id }, body: { state: to } });
    return this.change(rows, { state: state.name, category: state.category }, send(state.name), (row) => send(row.state)(row), `is ${state.name.toLowerCase()}`, 'progress', ({ id }) => ({ change: 'move_item', with: { item: id, state: state.name } }));
  }

  estimate(rows: Row[], points: number | null): Promise<unknown> {
    const send = (row: Row, to: number | null) => api.put('/items/{item}/estimate', { path: { item: row.id }, body: { points: to } });
    return this.change(rows, { points }, (row) => send(row, points), (row) => send(row, row.points), points === null ? 'has no estimate' : `is estimated at ${formatNumber(points)}`, 'estimate', ({ id }) => ({ change: 'estimate_item', with: { item: id, points } }));
  }

  assign(rows: Row[], person: Person | null): Promise<unknown> {
    const next = person?.id ?? null;
    const send = async ({ id, version }: Row, from: string | null, to: string | null) => {
      const left = { assignee_id: from, version: this.store.getState().rows.get(id)?.version ?? version };
      const item = await stepFrom(left, (now) => api.patch('/items/{item}', { path: { item: id }, body: { assignee_id: to }, version: now.version }));
      return { assignee_id: item.assignee_id, version: item.version };
    };
    return this.change(rows, { assignee_id: next }, (row) => send(row, row.assignee_id, next), (row) => send(row, next, row.assignee_id), person ? `is assigned to ${person.name}` : 'is assigned to nobody', 'progress', ({ id }) => ({ change: 'edit_item', with: { item: id, assignee_id: next } }));
  }

  /** Says what they wait for; null that they wait no more. */
  setBlocked(rows: Row[], reason: string | null): Promise<unknown> {
    const before = new Map<string, string | null>();
    const put = async (id: string, to: string | null) => {
      const path = { item: id };
      const now = await api.get('/items/{item}', { path });
      if (!before.has(id)) before.set(id, now.blocked_reason);
      const { blocked, version } = await api.patch('/items/{item}', { path, body: { blocked_reason: to }, version: now.version });
      return { blocked, version };
    };
    return this.change(rows, { blocked: reason !== null }, ({ id }) => put(id, reason), ({ id }) => put(id, before.get(id) ?? null), reason === null ? 'is no longer blocked' : 'is blocked', 'progress', ({ id }) => ({ change: 'edit_item', with: { item: id, blocked_reason: reason } }));
  }

  /** Says that they need no why, being of such a class; null that they need one. A bug stays a defect then. */
  setExempt(rows: Row[], exempt: ExemptClass | null): Promise<unknown> {
    const send = async ({ id, version }: Row, from: ExemptClass | null, to: ExemptClass | null) => {
      const left = { exempt: from, version: this.store.getState().rows.get(id)?.version ?? version };
      const item = await stepFrom(left, (now) => api.patch('/items/{item}', { path: { item: id }, body: { exempt: to }, version: now.version }));
      return { exempt: item.exempt, version: item.version };
    };
    return this.change(rows, { exempt }, (row) => send(row, row.exempt, exempt), (row) => send(row, exempt, row.exempt), exempt === null ? 'needs a why' : `needs no why: ${exemptNames[exempt].toLowerCase()}`, 'story', ({ id }) => ({ change: 'edit_item', with: { item: id, exempt } }));
  }

  toSprint(rows: Row[], sprint: { id: string; name: string } | null): Promise<unknown> {
    const send = (row: Row, to: string | null) => (to === null
      ? api.del('/sprints/{sprint}/items/{item}', { path: { sprint: this.store.getState().rows.get(row.id)?.sprint_id ?? row.sprint_id ?? '', item: row.id } })
      : api.put('/sprints/{sprint}/items/{item}', { path: { sprint: to, item: row.id } }));
    const affected = sprint ? rows : rows.filter((row) => row.sprint_id !== null);
    return this.change(affected, {}, (row) => send(row, sprint?.id ?? null), (row) => send(row, row.sprint_id), sprint ? `is in ${sprint.name}` : 'left the sprint', 'sprint_scope', (row) => (sprint
      ? { change: 'put_in_sprint', with: { item: row.id, sprint: sprint.id } }
      : { change: 'take_out_of_sprint', with: { item: row.id, sprint: row.sprint_id } }));
  }

  create(item: { kind: ItemKind; title: string; place: Place; parent?: string }, refused: Refused): Promise<Item | undefined> {
    const put = (id: string, archived: boolean) => (archived ? api.put : api.del)('/objects/{object}/archive', { path: { object: id } });
    return act({
      run: async (back?: { id: string }) => {
        if (back) await put(back.id, false);
        const made = back
          ? await api.get('/items/{item}', { path: { item: back.id } })
          : await api.post('/products/{product}/items', { path: { product: this.product }, body: item });
        this.takeIn(rowOf(made));
        this.store.setState({ cursor: made.id });
        return made;
      },
      done: (made) => `${made.reference} created`,
      undo: async (made) => {
        const away = await put(made.id, true);
        merge(this.store, [], [made.id], new Set(this.moving.keys()), false);
        return away;
      },
      refused,
    });
  }
}

/** The row in an item: what else came with it stays out of the list. */
export function rowOf({ id, reference, title, kind, state, category, points, assignee_id, team_id, parent_id, epic, sprint_id, release_id, why, blocked, accepted, exempt, archived_at, version, rank }: Item): Row {
  return { id, reference, title, kind, state, category, points, assignee_id, team_id, parent_id, epic, sprint_id, release_id, why, blocked, accepted, exempt, archived: archived_at !== null, version, rank };
}
