import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Choice } from '../state/choice.js';
import type { Dashboard } from '../state/dashboard.js';
import type { Store } from '../state/store.js';
import { DataPanel } from './data-panel.js';
import { FigureTiles } from './figure-tiles.js';
import { Header } from './header.js';
import { LivePanel } from './live-panel.js';
import { OrdersPage } from './orders-page.js';
import { PagesPanel } from './pages-panel.js';
import { RiskPage } from './risk-page.js';
import { SubjectsPage } from './subjects-page.js';
import { SurfacesPage } from './surfaces-page.js';
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
  useEffect(() => () => dashboard.close(), [dashboard]);

  return (
    <>
      <Header status={status} choice={chosen} onChoose={choice.set} onSignOut={onSignOut} />
      <Page dashboard={dashboard} choice={chosen} />
    </>
  );
}

interface PageProps {
  readonly dashboard: Dashboard;
  readonly choice: Choice;
}

function Page({ dashboard, choice }: PageProps): VNode {
  switch (choice.view) {
    case 'activity':
      return <ActivityPage dashboard={dashboard} choice={choice} />;
    case 'surfaces':
      return <SurfacesPage board={dashboard.content} />;
    case 'risk':
      return <RiskPage board={dashboard.flags} choice={choice} now={dashboard.serverNow} />;
    case 'orders':
      return <OrdersPage board={dashboard.orders} range={choice.range} now={dashboard.serverNow} />;
    case 'subjects':
      return <SubjectsPage board={dashboard.subjects} />;
  }
}

function ActivityPage({ dashboard, choice }: PageProps): VNode {
  const reports = useStore(dashboard.reports);
  const effectiveData = useStore(dashboard.effectiveData.state);
  return (
    <main class="page">
      <FigureTiles state={reports} />
      <div class="panels">
        <PagesPanel state={reports} range={choice.range} />
        <LivePanel dashboard={dashboard} surface={choice.surface} />
      </div>
      <DataPanel state={effectiveData} />
    </main>
  );
}
