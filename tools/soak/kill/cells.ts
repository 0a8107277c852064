/** What is killed. */
export type Victim = 'server' | 'agent' | 'child' | 'postgres' | 'keeper';
/** When: what the run is in. `END` lies between the end of user code and the acknowledgement of the last state. */
export type Phase = 'SCHEDULED' | 'PENDING' | 'RUNNING' | 'END';

/** One case of the matrix, and what is to become of it. */
export interface Cell {
  readonly victim: Victim;
  readonly phase: Phase;
  /** Tells it from others of the same victim and phase. */
  readonly variant?: string;
  readonly deployment: 'killed-once/soak' | 'killed-and-retried/soak';
  readonly ends: 'COMPLETED' | 'CRASHED';
  /** How often user code is started. */
  readonly starts: number;
  /** From the kill to the end of the run. */
  readonly withinMs: number;
  /** When the children that were held before RUNNING go on: with everything else, or when the run has ended without them. */
  readonly heldUntil: 'restart' | 'end';
}

const victims: readonly Victim[] = ['server', 'agent', 'child', 'postgres', 'keeper'];
const phases: readonly Phase[] = ['SCHEDULED', 'PENDING', 'RUNNING', 'END'];

// A lease of 30 s, and time to start things anew on a busy machine.
const LEASE_WITHIN_MS = 60_000;
// The end of a process is seen at once, not by a lease.
const AT_ONCE_MS = 15_000;

const usual = {
  deployment: 'killed-once/soak',
  ends: 'COMPLETED',
  starts: 1,
  withinMs: LEASE_WITHIN_MS,
  heldUntil: 'restart',
} as const;

const special: readonly Cell[] = [
  // Fenced off: by the time they go on, their run belongs to another agent.
  { ...usual, victim: 'agent', phase: 'PENDING', heldUntil: 'end' },
  { ...usual, victim: 'agent', phase: 'PENDING', variant: 'its child goes on' },
  { ...usual, victim: 'child', phase: 'SCHEDULED', withinMs: AT_ONCE_MS },
  { ...usual, victim: 'child', phase: 'PENDING', withinMs: AT_ONCE_MS },
  { ...usual, victim: 'child', phase: 'RUNNING', ends: 'CRASHED', withinMs: AT_ONCE_MS },
  {
    ...usual,
    ...{ victim: 'child', phase: 'RUNNING', variant: 'with a retry' },
    ...{ deployment: 'killed-and-retried/soak', starts: 2, withinMs: AT_ONCE_MS },
  },
  // What it had said is still handed on.
  { ...usual, victim: 'child', phase: 'END', withinMs: AT_ONCE_MS },
];

/** Every victim in every phase. */
export const cells: readonly Cell[] = victims.flatMap((victim) =>
  phases.flatMap((phase): readonly Cell[] => {
    const own = special.filter((cell) => cell.victim === victim && cell.phase === phase);
    return own.length > 0 ? own : [{ ...usual, victim, phase }];
  }),
);

/** "agent:PENDING"; what is after the phase in brackets is the variant. */
export function cellName({ victim, phase, variant }: Cell): string {
  return `${victim}:${phase}${variant === undefined ? '' : ` (${variant})`}`;
}
