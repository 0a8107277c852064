import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type ProfileValues, profileInUse, profileNameComplaint, readProfiles, writeProfiles } from './index.ts';

async function newHome(text?: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'millrace-profiles-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  if (text !== undefined) await writeFile(join(home, 'profiles.json'), text);
  return home;
}

const profilesOf = (active: string, profiles: unknown) => JSON.stringify({ active, profiles });

test('without a file there is one empty profile, and nothing is made', async () => {
  const home = await newHome();
  expect(profileInUse({ MILLRACE_HOME: home })).toEqual({
    name: 'default',
    file: join(home, 'profiles.json'),
    values: {},
  });
  expect(profileInUse({ MILLRACE_HOME: join(home, 'not', 'there') })).toMatchObject({ name: 'default' });
  expect(await readdir(home)).toEqual([]);
});

test('what was written is read, by its owner alone, and no draft is left', async () => {
  const home = join(await newHome(), 'made', 'for it');
  const file = join(home, 'profiles.json');
  const all = new Map<string, ProfileValues>([
    ['default', {}],
    ['__proto__', { MILLRACE_LOG_LEVEL: 'debug' }],
  ]);
  await writeProfiles({ file, active: '__proto__', all });
  await writeProfiles({ file, active: '__proto__', all });
  expect(readProfiles(home)).toEqual({ file, active: '__proto__', all });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(home)).toEqual(['profiles.json']);
});

test('a file that can not be replaced stays, and no draft is left', async () => {
  const home = await newHome();
  const file = join(home, 'profiles.json');
  await mkdir(join(file, 'in the way'), { recursive: true });
  await expect(writeProfiles({ file, active: 'a', all: new Map() })).rejects.toThrow(file);
  expect(await readdir(home)).toEqual(['profiles.json']);
});

test('whatever can be written is read again', async () => {
  const home = await newHome();
  const file = join(home, 'profiles.json');
  const profiles = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.string()));
  await fc.assert(
    fc.asyncProperty(fc.string(), profiles, async (active, given) => {
      const all = new Map(Object.entries(given));
      await writeProfiles({ file, active, all });
      expect(readProfiles(home)).toEqual({ file, active, all });
    }),
    { numRuns: 20 },
  );
});

test('MILLRACE_PROFILE picks another than the active one', async () => {
  const home = await newHome(profilesOf('a', { a: {}, b: { MILLRACE_LOG_LEVEL: 'debug' } }));
  expect(profileInUse({ MILLRACE_HOME: home }).name).toBe('a');
  expect(profileInUse({ MILLRACE_HOME: home, MILLRACE_PROFILE: '' }).name).toBe('a');
  expect(profileInUse({ MILLRACE_HOME: home, MILLRACE_PROFILE: 'b' })).toMatchObject({
    name: 'b',
    values: { MILLRACE_LOG_LEVEL: 'debug' },
  });
});

test.each([
  ['', 'it is no valid JSON'],
  ['{"active": "s3cret" oops', 'it is no valid JSON'],
  ['{\n  "active": s3cret\n}', 'it is no valid JSON'],
  ['[]', 'an object with "active" and "profiles" is needed'],
  ['{"active": "a"}', '"profiles" must be an object'],
  ['{"profiles": {}}', '"active" must be the name of a profile'],
  ['{"active": "a", "profiles": {}, "mode": 1}', '"mode" is unknown: only "active" and "profiles" are accepted'],
  [profilesOf('a', { a: [] }), "profile 'a' must be an object of settings"],
  [profilesOf('a', { a: { MILLRACE_API_URL: 1 } }), "MILLRACE_API_URL of profile 'a' must be a string"],
])('%j is refused, by the name of the file', async (text, problem) => {
  const home = await newHome(text);
  const read = () => profileInUse({ MILLRACE_HOME: home });
  expect(read).toThrow(`${join(home, 'profiles.json')}: ${problem}`);
  expect(read).not.toThrow('s3cret');
});

test.each([
  [profilesOf('a', {}), undefined, "the active profile: there is no profile 'a' in <file>: there are none"],
  [profilesOf('work', { b: {}, c: {} }), undefined, "there is no profile 'work' in <file>: there are 'b', 'c'"],
  [
    profilesOf('prod', { prod: {} }),
    'prdo',
    "MILLRACE_PROFILE: there is no profile 'prdo' in <file>: did you mean 'prod'?",
  ],
  [
    profilesOf('a', { a: { MILLRACE_API_ULR: 'x' } }),
    undefined,
    "MILLRACE_API_ULR in profile 'a' of <file> is no setting: did you mean MILLRACE_API_URL?",
  ],
  [
    profilesOf('a', { a: { MILLRACE_HOME: '/x' } }),
    undefined,
    "MILLRACE_HOME can't stand in profile 'a' of <file>: it says where the profiles are",
  ],
])('%j with MILLRACE_PROFILE=%s: %s', async (text, picked, message) => {
  const home = await newHome(text);
  const environment = { MILLRACE_HOME: home, MILLRACE_PROFILE: picked };
  expect(() => profileInUse(environment)).toThrow(message.replace('<file>', join(home, 'profiles.json')));
});

test('what is there and can not be read is named', async () => {
  const home = await newHome();
  await mkdir(join(home, 'profiles.json'));
  expect(() => readProfiles(home)).toThrow(/^the profiles can't be read: EISDIR/);
  expect(await readFile(join(home, 'profiles.json')).catch(() => 'a folder')).toBe('a folder');
});

test.each([
  ['', 'has 1 to 255 characters, this one has 0'],
  ['x'.repeat(256), 'has 1 to 255 characters, this one has 256'],
  ['a/b', "must not contain '/': 'a/b'"],
  ['50%', "must not contain '%': '50%'"],
])('a profile can not be called %j', (name, complaint) => {
  expect(profileNameComplaint(name)).toContain(complaint);
});

test.each(['default', 'x'.repeat(255), 'of my company', 'éß'])('a profile can be called %j', (name) => {
  expect(profileNameComplaint(name)).toBeUndefined();
});
