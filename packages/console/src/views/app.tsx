import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Choice } from '../state/choice.js';
import type { Dashboard } from '../state/dashboard.js';
import type { SignIn } from '../state/sign-in.js';
import type { Store } from '../state/store.js';
import { DashboardPage } from './dashboard-page.js';
import { SignInCard } from './sign-in-card.js';
import { useStore } from './use-store.js';

export interface AppProps {
  readonly signIn: SignIn;
  readonly choice: Store<Choice>;
  openDashboard(readKey: string): Dashboard;
}

/** The card, or the page behind it. */
export function App({ signIn, choice, openDashboard }: AppProps): VNode {
  const state = useStore(signIn.state);
  if (state.kind !== 'signed_in') {
    return (
      <SignInCard
        message={state.kind === 'signed_out' ? state.message : ''}
        isChecking={state.kind === 'checking'}
        onSubmit={(text) => void signIn.submit(text)}
      />
    );
  }
  return (
    <SignedIn
      key={state.readKey}
      readKey={state.readKey}
      choice={choice}
      openDashboard={openDashboard}
      onSignOut={signIn.signOut}
    />
  );
}

interface SignedInProps extends Pick<AppProps, 'choice' | 'openDashboard'> {
  readonly readKey: string;
  onSignOut(): void;
}

/** One dashboard a key; another key is another component, and so another dashboard. */
function SignedIn({ readKey, choice, openDashboard, onSignOut }: SignedInProps): VNode {
  const dashboard = useMemo(() => openDashboard(readKey), [openDashboard, readKey]);
  return <DashboardPage dashboard={dashboard} choice={choice} onSignOut={onSignOut} />;
}
