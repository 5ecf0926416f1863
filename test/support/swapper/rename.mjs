/**
 * What a hostile process in the sandbox does where there is no `renameat2`: puts one path in the place of
 * another and takes it away again. The arguments and the output are those of exchange.py.
 */
import { renameSync, rmSync } from "node:fs";
import { setImmediate } from "node:timers";

const [, , one = "", other = "", given = ""] = process.argv;
const enough = Number(given);
let ended = false;
let count = 0;
process.stdin.on("end", () => (ended = true)).resume();

/** Also to where somebody has made a folder meanwhile, and while files are being put into it. */
function move(from, to) {
  for (let tries = 0; ; tries++)
    try {
      if (tries > 0) rmSync(to, { recursive: true, force: true });
      renameSync(from, to);
      return;
    } catch (error) {
      if (tries === 100) throw error;
    }
}

function swap() {
  for (let n = 0; n < 100; n++) {
    move(one, `${one}.aside`);
    move(other, one);
    move(one, other);
    move(`${one}.aside`, one);
    count += 2;
    if (count === enough) console.log("enough");
  }
  if (ended && count > enough) console.log(String(count));
  else setImmediate(swap);
}
swap();
