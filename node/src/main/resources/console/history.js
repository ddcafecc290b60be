import { svg, setAttribute } from "./dom.js";

const SAMPLES = 90; // three minutes of one every two seconds
const WIDTH = 90;
const HEIGHT = 24;

/** The last values of one figure, and the small chart of them. */
export class History {
  constructor() {
    this.values = [];
    this.area = svg("path", { class: "area" });
    this.line = svg("path", { class: "line" });
    this.element = svg(
      "svg",
      { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none",
        "aria-hidden": "true" },
      this.area,
      this.line,
    );
    this.draw();
  }

  push(value) {
    this.values.push(value);
    if (this.values.length > SAMPLES) {
      this.values.shift();
    }
    this.draw();
  }

  draw() {
    const most = Math.max(1, ...this.values);
    const right = WIDTH - this.values.length * (WIDTH / SAMPLES);
    const points = this.values.map((value, i) => {
      const x = right + (i + 1) * (WIDTH / SAMPLES);
      const y = HEIGHT - 1.5 - (value / most) * (HEIGHT - 4);
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    const line = points.length > 1 ? `M${points.join("L")}` : `M0 ${HEIGHT - 1.5}H${WIDTH}`;
    setAttribute(this.line, "d", line);
    const from = points.length > 1 ? points[0].split(" ")[0] : 0;
    setAttribute(this.area, "d", `${line}V${HEIGHT}H${from}Z`);
  }
}
