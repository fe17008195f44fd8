import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as live from '../kit/live';
import { listen, useConnection } from './live';

/** The browser's end of a stream, spoken to by the test. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static open: Stream[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Stream.open.push(this);
  }
  close(): void {
    this.readyState = Stream.CLOSED;
    Stream.open = Stream.open.filter((stream) => stream !== this);
  }
  tell(name: string, id: number, data: object = {}): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId: String(id) }));
  }
  refuse(): void {
    this.close();
    this.dispatchEvent(new Event('error'));
  }
}

let hidden = false;
function look(away: boolean): void {
  hidden = away;
  document.dispatchEvent(new Event('visibilitychange'));
}
const after = () => Stream.open.map(({ url }) => new URL(url, 'http://host').searchParams.get('after'));
const publish = vi.spyOn(live, 'publish').mockImplementation(() => undefined);
const publishReset = vi.spyOn(live, 'publishReset').mockImplementation(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  Stream.open = [];
  hidden = false;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test('the first stream begins where the page was read, the next where the last one ended', () => {
  const stop = listen('ONE', '41');
  expect(after()).toEqual(['41']);
  Stream.open[0]!.tell('activity', 43, { seq: 43 });
  stop();
  expect(publish).toHaveBeenCalledWith([{ seq: 43 }]);
  listen('ONE', '41')();
  const again = listen('ONE', '50');
  expect(after()).toEqual(['43']);
  again();
});

test('a refused stream is opened anew and misses nothing, even if nothing has happened yet', () => {
  const stop = listen('TWO', '7');
  Stream.open[0]!.refuse();
  expect(after()).toEqual([]);
  vi.advanceTimersByTime(3000);
  expect(after()).toEqual(['7']);
  expect(useConnection.getState().offline).toBe(true);
  Stream.open[0]!.dispatchEvent(new Event('open'));
  expect(useConnection.getState().offline).toBe(false);
  stop();
});

test('a page out of sight holds no stream and goes on where it was', () => {
  const stop = listen('SIX', '1');
  Stream.open[0]!.tell('activity', 5, { seq: 5 });
  look(true);
  expect(after()).toEqual([]);
  expect(publish).toHaveBeenCalledTimes(1);
  look(false);
  expect(after()).toEqual(['5']);
  stop();
  look(true);
  look(false);
  expect(after()).toEqual([]);
});

test('a page that begins out of sight opens its stream when it is seen', () => {
  hidden = true;
  const stop = listen('SEVEN', '3');
  expect(after()).toEqual([]);
  look(false);
  expect(after()).toEqual(['3']);
  stop();
});

test('what was missed for too long is read anew', () => {
  const stop = listen('OLD', '1');
  Stream.open[0]!.tell('reset', 9000);
  expect(publishReset).toHaveBeenCalledTimes(1);
  look(true);
  look(false);
  expect(after()).toEqual(['9000']);
  stop();
});
