/** A transcript, and where its reader is in it. */
import { isDeepStrictEqual } from "node:util";
import type { Locator } from "playwright-core";
import type { ChatPage } from "../chatPage";
import { until } from "../until";
import type { Panel } from "./panel";

/** How far an element's top is below that of the page, in pixels; NaN where there is none. */
export const topOf = async (element: Locator): Promise<number> =>
  (await element.boundingBox())?.y ?? NaN;

/** Waits until the transcript is at its end. */
export const atEnd = (chat: ChatPage): Promise<number> =>
  until(
    () => chat.fromEnd(),
    (pixels) => pixels <= 4,
    "it is at its end",
  );

/** Scrolls as a reader does, until the transcript has moved. */
export async function scrollBy(chat: ChatPage, pixels: number): Promise<void> {
  const look = (): Promise<number> => chat.log.evaluate(({ scrollTop }) => scrollTop);
  const before = await look();
  await chat.wheel(pixels);
  await until(look, (now) => now !== before, "it has moved");
}

/** Scrolls to so many pixels. Only a reader leaves the end, so they go first. */
export async function scrollTo(chat: ChatPage, top: number): Promise<void> {
  if ((await chat.jump.count()) === 0) {
    await scrollBy(chat, -300);
    await chat.jump.waitFor();
  }
  await chat.log.evaluate((element, to) => (element.scrollTop = to), top);
}

/** Waits until it is kept where a reader is who has left the end, as it is once scrolling rests. */
export const placeKept = (panel: Panel): Promise<unknown> =>
  until(
    async () => {
      const { thread = "", places } = panel.kept;
      const seen = await panel.chat.log.evaluate((element) => {
        const { top } = element.getBoundingClientRect();
        const first = [...element.querySelectorAll<HTMLElement>("[data-message]")].find(
          (message) => message.getBoundingClientRect().bottom > top,
        );
        const offset = Math.round(top - (first?.getBoundingClientRect().top ?? NaN));
        return { message: first?.dataset["message"], offset };
      });
      return { kept: places?.[thread], seen };
    },
    ({ kept, seen }) => isDeepStrictEqual(kept, seen),
    "where its reader is, is kept",
  );
