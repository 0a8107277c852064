import { AnchorLink } from './anchor-link.tsx';
import { EmptyState } from './empty-state.tsx';
import { useTitle } from './title.ts';

export function NoSuchPage() {
  useTitle('No such page');
  return (
    <EmptyState title="There is no such page">
      See the <AnchorLink to="/runs">runs</AnchorLink> or the <AnchorLink to="/deployments">deployments</AnchorLink>.
    </EmptyState>
  );
}
