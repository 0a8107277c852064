import { expect, inject, test } from 'vitest';

test('the run provides a Postgres', () => {
  expect(inject('postgresUrl')).toMatch(/^postgres(ql)?:\/\//);
});
