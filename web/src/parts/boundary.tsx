// What a page that could not be drawn says: a blank one would look as if there were nothing to say.

import { Component } from 'react';
import type { ReactNode } from 'react';

interface Props { path: string; children: ReactNode }
interface State { failed: { path: string; message: string } | null }

/** Shows its children; after one of them failed, a sentence about it until another page is asked for. */
export class Boundary extends Component<Props, State> {
  override state: State = { failed: null };

  static getDerivedStateFromError(failure: unknown): State {
    return { failed: { path: '', message: String(failure) } };
  }

  static getDerivedStateFromProps({ path }: Props, { failed }: State): State | null {
    if (!failed || failed.path === path) return null;
    return { failed: failed.path === '' ? { ...failed, path } : null };
  }

  override render() {
    const { failed } = this.state;
    if (!failed) return this.props.children;
    return (
      <main className="empty" role="alert">
        <h1>This page could not be drawn</h1>
        <p>Nothing is said about the data: neither yes nor no. What went wrong: {failed.message}</p>
        <p><a className="button" href={location.href}>Try again</a> <a className="button" href="/">Start again</a></p>
      </main>
    );
  }
}
