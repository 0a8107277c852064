import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyRepository } from '../planted/copy-repository.ts';
import { emptyGraph, plants } from '../planted/plants.ts';

// Of this repository itself, as a copy. `npm run soak -- planted` plants each by itself, before all gates.
test('the gates name what is planted, and an empty graph', { timeout: 180_000 }, async () => {
  await using copy = await copyRepository(join(import.meta.dirname, '..', '..', '..'));
  const boundaries = plants.filter(({ gate }) => gate === 'boundaries');
  {
    await using planted = new AsyncDisposableStack();
    for (const plant of boundaries) planted.use(await copy.plant(plant));
    const { code, output } = await copy.run('tools/check/boundaries.ts');
    expect(code).toBe(1);
    for (const { says } of boundaries) expect(output).toMatch(says);
  }
  for (const plant of plants.filter(({ gate }) => gate === 'generated-code')) {
    await using _ = await copy.plant(plant);
    const { code, output } = await copy.run('tools/generate.ts', '--check');
    expect(code).toBe(1);
    expect(output).toMatch(plant.says);
  }
  {
    await using _ = await copy.installTypeScript7();
    const { code, output } = await copy.run('tools/check/boundaries.ts');
    expect(code).toBe(1);
    expect(output).toMatch(emptyGraph.says);
  }
  // What was planted is gone: nothing else was wrong.
  expect(await copy.run('tools/check/boundaries.ts')).toMatchObject({ code: 0 });
});
