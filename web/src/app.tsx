import { Route, Switch, useLocation } from 'wouter';
import { visitor } from './api/visitor';
import { SignInPage } from './parts/account';
import { Boundary } from './parts/boundary';
import { Shell } from './parts/shell';
import { BoardPage } from './views/board';
import { ClaimPage, ClaimsPage } from './views/claim';
import { CustomerPage } from './views/customer';
import { FrozenPage } from './views/frozen';
import { HomePage } from './views/home';
import { PlacePage } from './views/place';
import { WordsPage } from './views/words';

/** The pages by address. */
export function App() {
  const [path] = useLocation();
  if (visitor() === null || path === '/signed-out') return <SignInPage />;
  return (
    <Boundary path={path}><Switch>
      <Route path="/"><HomePage /></Route>
      <Route path="/c/:customer">{(p) => <CustomerPage key={p.customer} customer={p.customer} />}</Route>
      <Route path="/c/:customer/claims">{(p) => <ClaimsPage customer={p.customer} />}</Route>
      <Route path="/c/:customer/claims/:claim">{(p) => <ClaimPage key={`${p.customer} ${p.claim}`} customer={p.customer} claim={p.claim} />}</Route>
      <Route path="/r/:id">{(p) => <FrozenPage key={p.id} id={p.id} />}</Route>
      <Route path="/claims"><BoardPage /></Route>
      <Route path="/places/:code">{(p) => <PlacePage code={p.code} />}</Route>
      <Route path="/words"><WordsPage /></Route>
      <Route><Shell title="No such page" page="other"><section className="empty"><h1>There is no such page</h1><p>Choose a question above.</p></section></Shell></Route>
    </Switch></Boundary>
  );
}
