// Numbers, sizes, spans of time and names, as they are shown.

const WHOLE = new Intl.NumberFormat("en");

/** 12,345 */
export function count(value) {
  return WHOLE.format(Math.round(value));
}

/** Three digits and a unit of thousands: 999, 12.3 k, 4.56 M */
function short(value, units) {
  let scaled = value;
  let unit = 0;
  while (scaled >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)}${units[unit]}`;
}

export function rate(value) {
  return short(value, ["", " k", " M", " G"]);
}

/** Decimal units, as disks are sold. */
export function bytes(value) {
  return short(value, [" B", " kB", " MB", " GB", " TB", " PB"]);
}

export function span(millis) {
  const seconds = Math.floor(millis / 1000);
  if (seconds < 120) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

export function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** n2 before n10. */
export function byName(a, b) {
  return a.localeCompare(b, "en", { numeric: true });
}

/** What a group is called: "shard 5" or "the catalog". */
export function groupName(group) {
  return group.catalog ? "the catalog" : `shard ${group.shard}`;
}

// Each node keeps one colour as long as the page is open. Eight that people with any kind of colour
// vision tell apart (after Okabe and Ito); the ninth node is the first with stripes, and so on.
const COLOURS = 8;
const colours = new Map();

/** Classes that colour something as the node's. */
export function colour(node) {
  if (!colours.has(node)) {
    colours.set(node, colours.size);
  }
  const number = colours.get(node);
  return `c${number % COLOURS}${number >= COLOURS ? " striped" : ""}`;
}

/** Deals out colours in the order of the names, as far as they have none yet. */
export function dealColours(nodes) {
  [...nodes].sort(byName).forEach(colour);
}
