import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { openSecretBox } from './secret-box.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'millrace-key-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return join(home, 'not there yet');
}

test('what goes in comes out, for its owner and for nobody else', async () => {
  const box = openSecretBox({ keys: [key(1)], home: '/nowhere' });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.uuid(), async (random, owner) => {
      const secret = random.toWellFormed();
      const encrypted = await box.encrypt(secret, owner);
      expect(await box.decrypt(encrypted, owner)).toBe(secret);
      if (secret.length > 3) expect(encrypted.includes(secret)).toBe(false);
      await expect(box.decrypt(encrypted, `${owner}x`)).rejects.toMatchObject({ reason: 'SECRET_DAMAGED' });
      expect(await box.encrypt(secret, owner)).not.toEqual(encrypted);
    }),
  );
});

test('a changed byte, wherever it is, makes it unreadable', async () => {
  const box = openSecretBox({ keys: [key(1)], home: '/nowhere' });
  const encrypted = await box.encrypt('secret', 'a');
  for (const at of encrypted.keys()) {
    const changed = Buffer.from(encrypted);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(box.decrypt(changed, 'a'), `byte ${at}`).rejects.toThrow(/key|damaged|put there/);
  }
});

test('keys are changed by putting the new one before the old one', async () => {
  const home = await newHome();
  const before = await openSecretBox({ keys: [key(1)], home }).encrypt('old', 'a');
  const both = openSecretBox({ keys: [key(2), key(1)], home });
  expect(await both.decrypt(before, 'a')).toBe('old');
  const after = await both.encrypt('new', 'a');
  const later = openSecretBox({ keys: [key(2)], home });
  expect(await later.decrypt(after, 'a')).toBe('new');
  await expect(later.decrypt(before, 'a')).rejects.toMatchObject({ reason: 'ENCRYPTION_KEY_MISSING' });
});

test('without a key one is made in the home when it is needed, once and for its owner alone', async () => {
  const home = await newHome();
  const boxes = Array.from({ length: 8 }, () => openSecretBox({ keys: [], home }));
  await expect(boxes[0]?.decrypt(Buffer.alloc(60, 1), 'a')).rejects.toThrow('encryption.key into MILLRACE_HOME');
  const secrets = await Promise.all(boxes.map((box) => box.encrypt('secret', 'a')));
  for (const [index, secret] of secrets.entries())
    expect(await boxes[(index + 1) % boxes.length]?.decrypt(secret, 'a')).toBe('secret');
  expect(await readdir(home)).toEqual(['encryption.key']);
  expect((await stat(join(home, 'encryption.key'))).mode & 0o777).toBe(0o600);
});

test('a key file that was damaged is named, and not written over', async () => {
  const home = await newHome();
  await openSecretBox({ keys: [], home }).encrypt('secret', 'a');
  const path = join(home, 'encryption.key');
  await chmod(path, 0o600);
  await writeFile(path, 'short');
  await expect(openSecretBox({ keys: [], home }).encrypt('secret', 'a')).rejects.toThrow(path);
});
