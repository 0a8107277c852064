import type { BenchContext, Comparison, Leg, OpenScenario, Scenario } from '../harness/scenario.ts';
import { countStatements, statementTimes } from '../profile/statement-times.ts';
import { CLAIM_OF, claimLeg } from './claim-leg.ts';
import { heldSnapshotLegs } from './held-snapshot-leg.ts';
import { type Crowd, fillInstallation } from './installation.ts';
import { tagArrayLeg } from './tag-array-leg.ts';

const alone = 'claim, nothing else waits';
const foreign = 'claim, runs of another queue wait';
const future = 'claim, later runs of priority 9 wait';
const tagArray = 'tag-array query, runs of another queue wait';
const first = 'claim, the first under a held snapshot';
const last = 'claim, after 200,000 under a held snapshot';

export const claim: Scenario = {
  about: 'claims from a queue, whatever else waits in the tables',
  rounds: 5,
  open,
};

async function open(context: BenchContext): Promise<OpenScenario> {
  const { postgres, clock, tiny, long } = context;
  const size = tiny ? 1_000 : 1_000_000;
  const claims = tiny ? 10 : 200;
  await using stack = new AsyncDisposableStack();
  const fill = async (crowd: Crowd, name: string = crowd) => {
    context.progress(`filling the tables: ${name}`);
    return stack.use(await fillInstallation({ postgres, clock, crowd, size, name: `claim_${name}` }));
  };
  const foreignCrowd = await fill('foreign');
  const nothingElse = await fill('none');
  if (context.profile) await countStatements(nothingElse.database);
  const legs: Leg[] = [
    claimLeg({ name: alone, installation: nothingElse, claims, clock }),
    claimLeg({ name: foreign, installation: foreignCrowd, claims, clock }),
    claimLeg({ name: future, installation: await fill('future'), claims, clock }),
    tagArrayLeg({ name: tagArray, installation: foreignCrowd, claims: tiny ? 3 : 10, clock }),
    ...(long
      ? heldSnapshotLegs({
          ...{ first, last, claims, clock, between: tiny ? 100 : 200_000 },
          installation: await fill('none', 'snapshot'),
        })
      : []),
  ];
  const started = stack.move();
  return {
    legs,
    comparisons: [...comparisons, ...(long ? [heldComparison] : [])],
    notes: [
      `each claim takes ${CLAIM_OF} due runs by claimFlowRuns on a connection of its own, commit included`,
      `the crowds: ${size} due runs of another queue; ${size} runs of the same queue with priority 9, due tomorrow`,
      'the tag-array query has the same rows, finds by time and tags, and writes no history',
    ],
    profile: () => statementTimes(nothingElse.database),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const comparisons: readonly Comparison[] = [
  {
    name: 'runs of another queue / none, p50',
    of: { leg: foreign, measure: 'p50' },
    to: { leg: alone, measure: 'p50' },
    limit: { atMost: 1.5 },
  },
  {
    name: 'later runs of priority 9 / none, p50',
    of: { leg: future, measure: 'p50' },
    to: { leg: alone, measure: 'p50' },
    limit: { atMost: 1.5 },
  },
  {
    name: 'tag-array query / claim, both among runs of another queue, p50',
    of: { leg: tagArray, measure: 'p50' },
    to: { leg: foreign, measure: 'p50' },
    limit: { atLeast: 200 },
  },
];

const heldComparison: Comparison = {
  name: 'after 200,000 / the first, under a held snapshot, p50',
  of: { leg: last, measure: 'p50' },
  to: { leg: first, measure: 'p50' },
  limit: { atMost: 2 },
};
