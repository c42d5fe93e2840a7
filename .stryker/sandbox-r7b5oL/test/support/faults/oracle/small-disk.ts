// @ts-nocheck
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOMY = '4g';
const LEAST_SPARE_BYTES = 64 * 1024;
const MOST_SPARE_BYTES = 16 * 1024 * 1024;
/** Unmounts when this process ends, of whatever (the end of standard input). */
const UNMOUNT = 'cat > /dev/null; umount -l "$1"; rmdir "$1"';

/** A file system of its own whose room can be taken away and given back. Linux, and as root. */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string;
  readonly #watchdog: ReturnType<typeof spawn>;
  readonly #gone: Promise<unknown>;

  /** @returns undefined where nothing may be mounted. */
  static tryMount(owner: { uid: number; gid: number }): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'slate-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOMY},mode=0700`, 'tmpfs', folder], {
        stdio: 'pipe',
      });
      chownSync(folder, owner.uid, owner.gid);
      return new SmallDisk(folder);
    } catch {
      rmdirSync(folder);
      return undefined;
    }
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.#watchdog = spawn('/bin/sh', ['-c', UNMOUNT, 'watchdog', folder], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#gone = once(this.#watchdog, 'exit');
  }

  /** Leaves hardly more room than what is used. */
  fill(spareBytes = 0): void {
    const { blocks, bfree, bsize } = statfsSync(this.folder);
    try {
      this.#resize(String((blocks - bfree) * bsize + spareBytes));
    } catch (error) {
      // Linux refuses less than what is used, and it may be used faster than that can be told.
      if (spareBytes > MOST_SPARE_BYTES) throw error;
      this.fill(2 * spareBytes + LEAST_SPARE_BYTES);
    }
  }

  makeRoom(): void {
    this.#resize(ROOMY);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchdog.stdin?.end();
    await this.#gone;
  }

  #resize(size: string): void {
    execFileSync('mount', ['-o', `remount,size=${size}`, this.folder], { stdio: 'pipe' });
  }
}
