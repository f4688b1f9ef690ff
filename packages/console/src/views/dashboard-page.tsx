import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Choice } from '../state/choice.js';
import type { Dashboard } from '../state/dashboard.js';
import type { Store } from '../state/store.js';
import { FigureTiles } from './figure-tiles.js';
import { Header } from './header.js';
import { LivePanel } from './live-panel.js';
import { PagesPanel } from './pages-panel.js';
import { RiskPage } from './risk-page.js';
import { useStore } from './use-store.js';

export interface DashboardPageProps {
  readonly dashboard: Dashboard;
  readonly choice: Store<Choice>;
  onSignOut(): void;
}

/** The page of one who is signed in; leaving it closes the dashboard. */
export function DashboardPage({ dashboard, choice, onSignOut }: DashboardPageProps): VNode {
  const chosen = useStore(choice);
  const status = useStore(dashboard.status);
  const reports = useStore(dashboard.reports);
  useEffect(() => () => dashboard.close(), [dashboard]);

  return (
    <>
      <Header status={status} choice={chosen} onChoose={choice.set} onSignOut={onSignOut} />
      {chosen.view === 'risk' ? (
        <RiskPage board={dashboard.flags} choice={chosen} now={dashboard.serverNow} />
      ) : (
        <main class="page">
          <FigureTiles state={reports} />
          <div class="panels">
            <PagesPanel state={reports} range={chosen.range} />
            <LivePanel dashboard={dashboard} surface={chosen.surface} />
          </div>
        </main>
      )}
    </>
  );
}
