import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const binary = resolve(process.env.THROUGHLINE_BIN ?? '../target/debug/throughline');

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer().once('error', failed).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => { if (typeof address === 'object' && address !== null) found(address.port) });
    });
  });
}

/** A server of one's own over a folder that goes with it. */
export class Server {
  private constructor(readonly url: string, private readonly data: string, private readonly process: ChildProcess, private readonly heard: { out: string; log: string }) {}

  static async start(command: 'serve' | 'demo', ...options: string[]): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'throughline-e2e-'));
    const port = await freePort();
    // Every test signs in from the same address.
    const child = spawn(binary, [command, '--data', data, '--listen', `127.0.0.1:${port}`, '--sign-in-rate', '0', '--api-rate', '0', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    const heard = { out: '', log: '' };
    child.stdout.on('data', (piece: Buffer) => { heard.out += piece.toString() });
    child.stderr.on('data', (piece: Buffer) => { heard.log += piece.toString() });
    const server = new Server(`http://127.0.0.1:${port}`, data, child, heard);
    child.once('error', (cause) => { heard.log += String(cause) });
    await server.ready();
    return server;
  }

  private async ready(): Promise<void> {
    for (const until = Date.now() + 120_000; Date.now() < until;) {
      if (this.process.exitCode !== null || this.process.pid === undefined) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((later) => { setTimeout(later, 100) });
    }
    await this.stop();
    throw new Error(`${binary} did not start:\n${this.heard.log}`);
  }

  /** What it printed for its owner: the address of the setup, or the sign-ins of the sample. */
  get said(): string {
    return this.heard.out;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.pid !== undefined) {
      const gone = new Promise((ended) => { this.process.once('exit', ended) });
      this.process.kill('SIGTERM');
      await gone;
    }
    await rm(this.data, { recursive: true, force: true });
  }
}
