import { Badge } from '@mantine/core';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import { stateColors } from './state-types.ts';

export function StateBadge({ state }: { readonly state: State | undefined }) {
  if (!state) return null;
  return (
    <Badge color={stateColors[state.type]} variant="dot" tt="none" radius="sm">
      {state.name}
    </Badge>
  );
}
