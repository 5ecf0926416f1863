import { Component, h, type ComponentType, type FunctionComponent, type VNode } from "preact";

/** A component that renders again only when one of its props is another value. */
export function memo<Props extends object>(Inner: FunctionComponent<Props>): ComponentType<Props> {
  return class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return differ(this.props as Props, next);
    }

    override render(props: Props): VNode<Props> {
      return h(Inner, props);
    }
  };
}

function differ<Props extends object>(a: Props, b: Props): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Props & string>;
  return [...names].some((name) => a[name] !== b[name]);
}
