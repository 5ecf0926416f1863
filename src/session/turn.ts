/** A thread's turn as one state machine. Nothing here does any I/O: `TurnController` acts on it. */
import type { TurnState } from "../shared/protocol";

export type Turn =
  /** Nobody works on the thread, as far as this window knows. */
  | { readonly phase: "idle" }
  /** The lease is asked for, and what was said is stored. */
  | { readonly phase: "acquiring" }
  /** Claude works; `note` says what it waits for. */
  | { readonly phase: "running"; readonly note?: string }
  /** Claude was told to stop, and has not yet. */
  | { readonly phase: "stopping" }
  /** Another window has the turn, or has left an answer without an end. */
  | { readonly phase: "elsewhere" }
  /** An answer that was cut short is given its end, and what Claude did meanwhile. */
  | { readonly phase: "recovering" };

export type TurnEvent =
  /** A message was sent, or Claude begins by itself. */
  | { readonly type: "begin" }
  /** What was said is stored, under our lease. */
  | { readonly type: "begun" }
  /** The turn cannot begin. */
  | { readonly type: "refused" }
  | { readonly type: "note"; readonly note: string | undefined }
  | { readonly type: "stop" }
  /** The answer has its end. */
  | { readonly type: "ended" }
  /** Another window has our lease. */
  | { readonly type: "lost" }
  /** An answer streams that is not ours. */
  | { readonly type: "otherBegan" }
  /** It has its end. */
  | { readonly type: "otherEnded" }
  | { readonly type: "recover" }
  | { readonly type: "recovered" };

const IDLE: Turn = { phase: "idle" };

/** The state after an event; the same object where the event means nothing in that state. */
export function transition(turn: Turn, event: TurnEvent): Turn {
  const { phase } = turn;
  switch (event.type) {
    case "begin":
      return phase === "idle" ? { phase: "acquiring" } : turn;
    case "begun":
      return phase === "acquiring" ? { phase: "running" } : turn;
    case "refused":
      // It may have been stopped before it began.
      return phase === "acquiring" || phase === "stopping" ? IDLE : turn;
    case "note":
      return phase === "running" && turn.note !== event.note
        ? { phase, ...(event.note !== undefined && { note: event.note }) }
        : turn;
    case "stop":
      return phase === "acquiring" || phase === "running" ? { phase: "stopping" } : turn;
    case "ended":
      return phase === "running" || phase === "stopping" ? IDLE : turn;
    case "lost":
      return isOurs(turn) ? { phase: "elsewhere" } : turn;
    case "otherBegan":
      return phase === "idle" ? { phase: "elsewhere" } : turn;
    case "otherEnded":
      return phase === "elsewhere" ? IDLE : turn;
    case "recover":
      return phase === "idle" || phase === "elsewhere" ? { phase: "recovering" } : turn;
    case "recovered":
      return phase === "recovering" ? IDLE : turn;
  }
}

/** Whether this window holds the lease, or is about to. */
export const isOurs = ({ phase }: Turn): boolean => phase !== "idle" && phase !== "elsewhere";

/** The turn as a panel is told of it. A message that is sent during a recovery waits for its end. */
export function shownTurn(turn: Turn): TurnState {
  switch (turn.phase) {
    case "acquiring":
      return { phase: "working" };
    case "running":
      return { phase: "working", ...(turn.note !== undefined && { note: turn.note }) };
    case "recovering":
      return { phase: "idle" };
    case "idle":
    case "stopping":
    case "elsewhere":
      return { phase: turn.phase };
  }
}
