import { Component, type ComponentChildren } from "preact";

interface BoundaryProps {
  children: ComponentChildren;
  /** What to show in place of children that cannot be shown. `again` tries once more. */
  fallback: (again: () => void) => ComponentChildren;
  onCrash: (error: Error) => void;
}

/** Keeps a crash of what is in it from everything around it. */
export class Boundary extends Component<BoundaryProps, { crashed: boolean }> {
  override state = { crashed: false };

  override componentDidCatch(error: Error): void {
    this.setState({ crashed: true });
    this.props.onCrash(error);
  }

  override render({ children, fallback }: BoundaryProps): ComponentChildren {
    return this.state.crashed ? fallback(() => this.setState({ crashed: false })) : children;
  }
}
