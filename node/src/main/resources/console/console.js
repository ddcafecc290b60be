// Asks this node for the cluster's status every two seconds and shows it. Only reads.

import { byId, setClass, setText } from "./dom.js";
import { dealColours, span } from "./format.js";
import { ordered, showMap } from "./map.js";
import { showMoves } from "./moves.js";
import { showNodes } from "./nodes.js";
import { rememberRates, showDetail, showTable } from "./ranges.js";
import { showSummary } from "./summary.js";

const INTERVAL_MILLIS = 2000;
const PATIENCE_MILLIS = 5000;

let status = null;
let selected = null;
let heardMillis = 0;
let problem = "";

function showPicked() {
  showMap(status, selected, pick);
  showDetail(status, selected, pick);
  showTable(status, selected, pick);
}

function pick(group, scroll = false) {
  selected = group;
  showPicked();
  if (scroll) {
    byId("detail").scrollIntoView({ block: "nearest" });
  }
}

function show(next) {
  status = next;
  dealColours(status.nodes.map((node) => node.card?.nodeId ?? ""));
  const groups = ordered(status.groups);
  if (!groups.some((group) => group.group === selected)) {
    selected = groups[0]?.group ?? null;
  }
  showSummary(status);
  rememberRates(status);
  showPicked();
  showMoves(status);
  showNodes(status);
}

/** Whether what is on the page is of now. */
function showPulse() {
  const stale = problem !== "";
  setClass(document.body, stale && status ? "stale" : "");
  setClass(byId("pulse"), stale ? "pulse stale" : "pulse live");
  const age = heardMillis ? `, this is ${span(Date.now() - heardMillis)} old` : "";
  setText(byId("pulse"), stale ? `${problem}${age}` : status ? "live" : "connecting");
}

/** The status, or a sentence about why there is none. */
async function ask() {
  let answer;
  try {
    answer = await fetch("api/cluster", {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
    return answer.ok
      ? { status: await answer.json() }
      : { problem: `this node answers with error ${answer.status}` };
  } catch (error) {
    return { problem: error instanceof SyntaxError
      ? "this node's answer cannot be read" : "this node does not answer" };
  }
}

async function poll() {
  const answer = await ask();
  problem = answer.problem ?? "";
  if (answer.status) {
    heardMillis = Date.now();
    show(answer.status);
  }
  showPulse();
}

let wake = () => {};

/** Polls while the page is looked at, one request at a time. */
async function run() {
  for (;;) {
    if (!document.hidden) {
      await poll();
    }
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, INTERVAL_MILLIS);
    });
  }
}

document.addEventListener("visibilitychange", () => wake());
setInterval(showPulse, 1000);
run();
