import { CatchUp, DstFold, DstGap, Overlap } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { ScheduleOptions } from '@millrace/db';

// What is stored of each; what is in none of these tables is the default, of which nothing is stored.
const dstGaps = { 'next-valid': DstGap.NEXT_VALID, skip: DstGap.SKIP } as const;
const dstFolds = { first: DstFold.FIRST, second: DstFold.SECOND, both: DstFold.BOTH } as const;
const overlaps = { skip: Overlap.SKIP, 'buffer-one': Overlap.BUFFER_ONE } as const;
const catchUps = { latest: CatchUp.LATEST, none: CatchUp.NONE } as const;

/** What a schedule's message says by enums. */
export interface PolicyFields {
  readonly dstGap: DstGap;
  readonly dstFold: DstFold;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
}

type Policies = Pick<ScheduleOptions, 'dstGap' | 'dstFold' | 'overlap' | 'catchUp'>;

/** The policies as they are stored: only what is not the default, however that was said. */
export function storedPolicies(fields: PolicyFields): Policies {
  const dstGap = nameOf(dstGaps, fields.dstGap);
  const dstFold = nameOf(dstFolds, fields.dstFold);
  const overlap = nameOf(overlaps, fields.overlap);
  const catchUp = nameOf(catchUps, fields.catchUp);
  return {
    ...(dstGap && { dstGap }),
    ...(dstFold && { dstFold }),
    ...(overlap && { overlap }),
    ...(catchUp && { catchUp }),
  };
}

/** The policies as a message has them: defaults by their names, so that clients need not know what is unspecified. */
export function policyFields({ dstGap, dstFold, overlap, catchUp }: Policies): PolicyFields {
  return {
    dstGap: dstGap ? dstGaps[dstGap] : DstGap.AUTO,
    dstFold: dstFold ? dstFolds[dstFold] : DstFold.AUTO,
    overlap: overlap ? overlaps[overlap] : Overlap.ALLOW,
    catchUp: catchUp ? catchUps[catchUp] : CatchUp.ALL,
  };
}

function nameOf<Name extends string>(names: Readonly<Record<Name, number>>, value: number): Name | undefined {
  return (Object.keys(names) as Name[]).find((name) => names[name] === value);
}
