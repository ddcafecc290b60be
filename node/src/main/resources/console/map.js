// The map: a column a range, as wide as its share of the slots; on top its leader's colour, below a
// row a node with the replica there. Shape tells what a replica is, colour only whose it is.

import { byId, el, keyed, setAttribute, setClass, setText } from "./dom.js";
import { byName, capital, colour, count, groupName, plural } from "./format.js";

export const LAGGING_ENTRIES = 1000; // as io.btrdb.node.http.ClusterHealth
const DENSE = 96;

/** What a replica is: leads, follows, lags, joins or fails. */
export function replicaKind(group, member) {
  if (member.listener) {
    return "joins";
  }
  if (!member.healthy) {
    return "fails";
  }
  if (member.nodeId === group.leader) {
    return "leads";
  }
  return member.lagEntries >= LAGGING_ENTRIES ? "lags" : "follows";
}

/** What to say of a replica. */
export function replicaWords(group, member) {
  switch (replicaKind(group, member)) {
    case "leads":
      return "leader";
    case "joins":
      return member.lagEntries ? `joining, ${count(member.lagEntries)} entries to go` : "joining";
    case "fails":
      return member.reason || "does not serve";
    case "lags":
      return `${count(member.lagEntries)} entries behind`;
    default:
      return "up to date";
  }
}

/** Groups in the order of their slots, the catalog last. */
export function ordered(groups) {
  return [...groups].sort((a, b) => a.catalog - b.catalog || a.firstSlot - b.firstSlot);
}

/**
 * @param selected id of the group that is picked
 * @param pick called with the id of another
 */
export function showMap(status, selected, pick) {
  const formed = status.groups.length > 0;
  const forming = byId("forming");
  forming.hidden = formed;
  byId("map").hidden = !formed;
  byId("legend").hidden = !formed;
  if (!formed) {
    const waits = status.nodes.map((node) => node.notReadyReason).find((reason) => reason);
    setText(forming, `There are no ranges yet${waits ? `: ${waits}` : ""}.`);
    return;
  }
  const nodes = [...new Set([
    ...status.nodes.map((node) => node.card?.nodeId ?? ""),
    ...status.groups.flatMap((group) => group.members.map((member) => member.nodeId)),
  ])].sort(byName);
  showLabels(nodes);
  const groups = ordered(status.groups);
  const strip = byId("map-ranges");
  setClass(strip, `map-ranges${groups.length > DENSE ? " dense" : ""}`);
  keyed(
    strip,
    groups,
    (group) => group.group,
    (group) => createColumn(group, pick),
    (view, group) => updateColumn(view, group, nodes, group.group === selected),
  );
  strip.onkeydown = (event) => walk(event, groups, selected, pick);
  const slots = groups.reduce((end, group) => Math.max(end, group.firstSlot + group.slotCount), 0);
  setText(byId("map-end"), count(Math.max(0, slots - 1)));
}

function showLabels(nodes) {
  keyed(
    byId("map-rows"),
    ["leader", ...nodes.map((node) => `node ${node}`)],
    (label) => label,
    (label) => {
      const text = label === "leader" ? label : label.slice("node ".length);
      const element = el("span", label === "leader" ? "quiet" : "", text);
      element.title = text;
      return { element };
    },
    () => {},
  );
}

function createColumn(group, pick) {
  const band = el("span", "band");
  const cells = el("span", "cells");
  const element = el("button", "range", band, cells);
  element.type = "button";
  element.setAttribute("role", "option");
  element.addEventListener("click", () => pick(group.group));
  return { element, band, cells, drawn: "" };
}

function updateColumn(view, group, nodes, isSelected) {
  const kinds = nodes.map((node) => {
    const member = group.members.find((m) => m.nodeId === node);
    return member ? replicaKind(group, member) : "";
  });
  const drawn = JSON.stringify([group.leader, group.slotCount, nodes, kinds, isSelected]);
  setAttribute(view.element, "aria-label", words(group));
  if (view.drawn === drawn) {
    return;
  }
  view.drawn = drawn;
  setClass(view.element, `range${group.catalog ? " catalog" : ""}`);
  view.element.style.flexGrow = group.catalog ? "0" : String(group.slotCount);
  view.element.title = words(group);
  setAttribute(view.element, "aria-selected", isSelected);
  view.element.tabIndex = isSelected ? 0 : -1;
  setClass(view.band, `band ${group.leader ? colour(group.leader) : "nobody"}`);
  setText(view.band, group.catalog ? "cat" : group.shard);
  keyed(
    view.cells,
    nodes,
    (node) => node,
    () => ({ element: el("i") }),
    (cell, node) => {
      const kind = kinds[nodes.indexOf(node)];
      setClass(cell.element, kind ? `cell ${kind} ${colour(node)}` : "cell");
    },
  );
}

function words(group) {
  const where = group.catalog
    ? ""
    : `, slots ${count(group.firstSlot)} to ${count(group.firstSlot + group.slotCount - 1)}`;
  const leader = group.leader ? `led by ${group.leader}` : "no leader";
  const others = group.members
    .filter((member) => member.nodeId !== group.leader)
    .map((member) => `${member.nodeId} ${replicaWords(group, member)}`);
  return `${capital(groupName(group))}${where}: ${[leader, ...others].join("; ")}`;
}

function walk(event, groups, selected, pick) {
  const at = groups.findIndex((group) => group.group === selected);
  const last = groups.length - 1;
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowDown: at + 1,
    Home: 0, End: last, PageUp: at - 8, PageDown: at + 8 }[event.key];
  if (to === undefined) {
    return;
  }
  event.preventDefault();
  pick(groups[Math.min(last, Math.max(0, to))].group);
  byId("map-ranges").querySelector("[aria-selected=true]")?.focus();
}

/** "Everything" of the catalog, the share of the streams of a range. */
export function share(group, groups) {
  const slots = groups.reduce((sum, g) => sum + (g.catalog ? 0 : g.slotCount), 0);
  return group.catalog
    ? "the names, tags and annotations of all streams"
    : `${plural(group.slotCount, "slot")} from ${count(group.firstSlot)}, ${
        ((100 * group.slotCount) / slots).toFixed(slots === group.slotCount ? 0 : 1)} % of the streams`;
}
