// Draws the charts of the report and adds what paper cannot do: a shared cursor, zoom, event marks,
// sorting, themes. Everything it needs is in the page; nothing is loaded.
(function () {
  "use strict";

  const report = JSON.parse(document.getElementById("report-data").textContent);
  const events = report.events;
  const charts = new Map(); // id of a plot → { plot, chart, hidden, logarithmic }
  const tooltip = document.getElementById("tooltip");
  const EVENT_REACH_PX = 7;
  const PATH_REACH_PX = 24;
  const DRAWN_AT_ONCE = 40; // more charts than this are drawn only when they come near the screen
  // Cividis: its lightness grows with time, and colour-blind readers see it as others do.
  const RAMP = [[0, 52, 110], [54, 75, 108], [92, 98, 109], [124, 123, 120], [158, 148, 117], [196, 176, 101], [234, 204, 72]];
  const RAMP_DARK = [[64, 104, 190], [92, 120, 170], [122, 138, 152], [152, 156, 138], [186, 176, 120], [220, 198, 96], [255, 224, 70]];

  // ── numbers for people, as in number.rs ──

  const THIN = "\u202f";
  const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

  function group(text) {
    const [whole, part] = text.split(".");
    const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, THIN) : whole;
    return part ? grouped + "." + part : grouped;
  }

  function trim(text) {
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }

  function people(value, digits = 5) {
    if (value == null || Number.isNaN(value)) return "–";
    const sign = value < 0 ? "−" : "";
    const size = Math.abs(value);
    if (size === 0) return "0";
    const [significand, power] = size.toExponential(digits - 1).split("e");
    const exponent = Number(power);
    if (exponent < -4 || exponent >= 18) {
      return sign + trim(significand) + "×10" + [...String(exponent)].map((c) => SUPERSCRIPTS[c]).join("");
    }
    if (size >= 1e7) {
      const [scale, prefix] = exponent < 9 ? [6, "M"] : exponent < 12 ? [9, "G"] : exponent < 15 ? [12, "T"] : [15, "P"];
      return sign + trim((size / 10 ** scale).toFixed(Math.max(0, Math.min(digits, 4) - 1 - exponent + scale))) + THIN + prefix;
    }
    if (Number.isInteger(size)) return sign + group(String(size));
    return sign + group(trim(size.toFixed(Math.max(0, digits - 1 - exponent))));
  }

  const percent = (value) => (value == null ? "–" : trim((value * 100).toFixed(1)) + THIN + "%");

  // Labels of an axis: as many digits as its steps need, and one prefix for all.
  function axisLabels(splits) {
    const known = splits.filter((value) => value != null);
    const largest = Math.max(...known.map(Math.abs), 0);
    const [scale, prefix] = largest >= 1e15 ? [1e15, "P"] : largest >= 1e12 ? [1e12, "T"] : largest >= 1e9 ? [1e9, "G"]
      : largest >= 1e6 ? [1e6, "M"] : largest >= 1e5 ? [1e3, "k"] : [1, ""];
    const step = known.length > 1 ? Math.abs(known[1] - known[0]) / scale : largest / scale;
    const places = step > 0 ? Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))) : 0;
    const fine = Math.abs(step * 10 ** places - Math.round(step * 10 ** places)) > 1e-6 ? places + 1 : places;
    return splits.map((value) => {
      if (value == null) return "";
      if (largest < 1e-4 || largest >= 1e18) return people(value, 3);
      if (value === 0 && prefix) return "0";
      const text = Math.abs(value / scale).toFixed(fine);
      return (value < 0 ? "−" : "") + group(text) + (prefix && value !== 0 ? THIN + prefix : "");
    });
  }

  // ── colours ──

  const probe = document.body.appendChild(document.createElement("i"));
  probe.hidden = true;

  // A colour of the style sheet as the theme resolves it, as `rgb(r, g, b)`.
  function css(name) {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  }

  const seriesColour = (number) => css("--series-" + number);
  const isDark = () => (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const translucent = (rgb, alpha) => rgb.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);

  function rampColour(fraction) {
    const ramp = isDark() ? RAMP_DARK : RAMP;
    const at = Math.min(Math.max(fraction, 0), 1) * (ramp.length - 1);
    const low = Math.min(Math.floor(at), ramp.length - 2);
    const mix = ramp[low].map((value, i) => Math.round(value + (ramp[low + 1][i] - value) * (at - low)));
    return `rgb(${mix.join(",")})`;
  }

  // ── drawing on top of uPlot ──

  const DASHES = { solid: undefined, dashed: [8, 4], dotted: [2, 3], hidden: undefined };

  function strokeVertical(u, x, colour, dash) {
    const at = Math.round(u.valToPos(x, "x", true)) + 0.5;
    const { left, top, width, height } = u.bbox;
    if (at < left || at > left + width) return null;
    const ctx = u.ctx;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = Math.max(1, devicePixelRatio);
    ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(at, top);
    ctx.lineTo(at, top + height);
    ctx.stroke();
    ctx.restore();
    return at;
  }

  function drawEvents(u) {
    const colour = css("--event");
    const size = 4 * devicePixelRatio;
    for (const event of events) {
      const at = strokeVertical(u, event.step, translucent(colour, 0.55), [2, 3]);
      if (at === null) continue;
      u.ctx.fillStyle = colour;
      u.ctx.beginPath();
      u.ctx.moveTo(at - size, u.bbox.top);
      u.ctx.lineTo(at + size, u.bbox.top);
      u.ctx.lineTo(at, u.bbox.top + size * 1.5);
      u.ctx.fill();
    }
  }

  function drawVerticals(u, plot) {
    const ctx = u.ctx;
    plot.verticals.forEach(([x, label], row) => {
      const at = strokeVertical(u, x, css("--series-2"), [6, 4]);
      if (at === null) return;
      ctx.save();
      ctx.font = `${12 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
      ctx.fillStyle = css("--ink-2");
      const gap = 6 * devicePixelRatio;
      const fits = at + gap + ctx.measureText(label).width < u.bbox.left + u.bbox.width;
      ctx.textAlign = fits ? "left" : "right";
      ctx.fillText(label, fits ? at + gap : at - gap, u.bbox.top + (14 + row * 16) * devicePixelRatio);
      ctx.restore();
    });
  }

  function drawPath(u, path) {
    const ctx = u.ctx;
    const count = path.x.length;
    if (count === 0) return;
    const px = path.x.map((value) => u.valToPos(value, "x", true));
    const py = path.y.map((value) => u.valToPos(value, "y", true));
    ctx.save();
    ctx.beginPath();
    ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    ctx.clip();
    ctx.lineWidth = 2.5 * devicePixelRatio;
    ctx.lineJoin = ctx.lineCap = "round";
    const first = path.step[0];
    const span = Math.max(path.step[count - 1] - first, 1);
    for (let i = 1; i < count; i++) {
      ctx.strokeStyle = rampColour((path.step[i] - first) / span);
      ctx.beginPath();
      ctx.moveTo(px[i - 1], py[i - 1]);
      ctx.lineTo(px[i], py[i]);
      ctx.stroke();
    }
    const dot = (i, filled) => {
      ctx.beginPath();
      ctx.arc(px[i], py[i], 5.5 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fillStyle = filled ? rampColour(1) : css("--surface");
      ctx.strokeStyle = filled ? css("--surface") : rampColour(0);
      ctx.lineWidth = 2 * devicePixelRatio;
      ctx.fill();
      ctx.stroke();
    };
    dot(0, false);
    dot(count - 1, true);
    ctx.restore();
  }

  // ── tooltip ──

  function showTooltip(u, paragraphs) {
    tooltip.replaceChildren(...paragraphs.map((words, i) => {
      const p = document.createElement("p");
      p.textContent = words;
      if (i === 0) p.className = "when";
      return p;
    }));
    tooltip.hidden = false;
    const box = u.over.getBoundingClientRect();
    const size = tooltip.getBoundingClientRect();
    const x = box.left + u.cursor.left;
    const left = x + 14 + size.width < innerWidth ? x + 14 : x - 14 - size.width;
    tooltip.style.left = Math.max(8, left) + "px";
    tooltip.style.top = Math.max(8, Math.min(box.top + u.cursor.top + 14, innerHeight - size.height - 8)) + "px";
  }

  function nearestEvent(u) {
    let best = null;
    let reach = EVENT_REACH_PX;
    for (const event of events) {
      const distance = Math.abs(u.valToPos(event.step, "x") - u.cursor.left);
      if (distance <= reach) {
        reach = distance;
        best = event;
      }
    }
    return best;
  }

  function nearestOnPath(u, path) {
    let best = -1;
    let reach = PATH_REACH_PX ** 2;
    path.x.forEach((x, i) => {
      const distance = (u.valToPos(x, "x") - u.cursor.left) ** 2 + (u.valToPos(path.y[i], "y") - u.cursor.top) ** 2;
      if (distance <= reach) {
        reach = distance;
        best = i;
      }
    });
    return best;
  }

  function pointAt(u, plot) {
    // A chart whose cursor only follows another's has no event of its own.
    if (u.cursor.left < 0 || !(u.cursor.event || u === steered)) return;
    if (plot.overTime) {
      const event = nearestEvent(u);
      if (event) {
        const more = event.count - event.words.length;
        showTooltip(u, ["Step " + people(event.step), ...event.words, ...(more > 0 ? [`and ${people(more)} more`] : [])]);
        return;
      }
    }
    if (plot.path) {
      const i = nearestOnPath(u, plot.path);
      if (i >= 0) {
        showTooltip(u, ["Step " + people(plot.path.step[i]), `price ${people(plot.path.y[i])} ${plot.unit}`, `supply ${people(plot.path.x[i])}`]);
        return;
      }
    }
    tooltip.hidden = true;
  }

  // ── legend ──

  function swatch(line) {
    const dash = DASHES[line.stroke] ? ` stroke-dasharray="${DASHES[line.stroke].map((d) => d * 0.7).join(" ")}"` : "";
    const holder = document.createElement("span");
    holder.innerHTML = `<svg width="22" height="10" aria-hidden="true"><line x1="1" x2="21" y1="5" y2="5" stroke="${seriesColour(line.colour)}" stroke-width="2.5"${dash}/></svg>`;
    return holder.firstChild;
  }

  function patch(colour, alpha) {
    const holder = document.createElement("span");
    holder.innerHTML = `<svg width="22" height="10" aria-hidden="true"><rect width="22" height="10" rx="2" fill="${translucent(colour, alpha)}"/></svg>`;
    return holder.firstChild;
  }

  function buildLegend(entry, box) {
    const { plot } = entry;
    box.replaceChildren();
    entry.readouts = [];
    const x = document.createElement("span");
    x.className = "key";
    x.append(plot.xLabel + " ");
    entry.readouts.push(x.appendChild(document.createElement("b")));
    box.append(x);
    plot.lines.forEach((line, i) => {
      if (line.stroke === "hidden") {
        entry.readouts.push(null);
        return;
      }
      const key = document.createElement(plot.lines.length > 1 ? "button" : "span");
      key.className = "key";
      key.append(swatch(line), line.label + " ");
      entry.readouts.push(key.appendChild(document.createElement("b")));
      if (key.tagName === "BUTTON") {
        key.type = "button";
        key.title = "Show or hide";
        key.setAttribute("aria-pressed", String(!entry.hidden.has(i)));
        key.addEventListener("click", () => toggleLine(entry, i, key));
      }
      box.append(key);
    });
    addBandKeys(plot, box);
    if (plot.path && plot.path.step.length) addRamp(plot.path, box);
  }

  function addBandKeys(plot, box) {
    plot.bands.forEach(([high, low], i) => {
      const key = document.createElement("span");
      key.className = "key";
      key.append(patch(seriesColour(plot.lines[high].colour), i === 0 ? 0.18 : 0.36), `${plot.lines[low].label.replace(" %", "")} to ${plot.lines[high].label}`);
      box.append(key);
    });
  }

  function addRamp(path, box) {
    const key = document.createElement("span");
    key.className = "key";
    const ramp = document.createElement("span");
    ramp.className = "ramp";
    ramp.style.background = `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1].map(rampColour).join(", ")})`;
    key.append("path from step " + people(path.step[0]), ramp, people(path.step[path.step.length - 1]));
    box.append(key);
  }

  function toggleLine(entry, i, key) {
    const show = entry.hidden.has(i);
    if (show) entry.hidden.delete(i);
    else entry.hidden.add(i);
    entry.chart.setSeries(i + 1, { show });
    const mean = linesWithMean(entry.plot).indexOf(i);
    if (mean >= 0) entry.chart.setSeries(entry.plot.lines.length + mean + 1, { show });
    key.setAttribute("aria-pressed", String(show));
  }

  function updateReadouts(entry, u) {
    const { plot } = entry;
    const hovered = u.cursor.idx;
    const format = plot.fractions ? percent : people;
    const at = hovered == null ? u.data[0].length - 1 : hovered;
    entry.readouts.forEach((readout, i) => {
      if (!readout) return;
      if (hovered == null && !plot.overTime) {
        readout.textContent = "";
        return;
      }
      let row = at;
      if (hovered == null && i > 0) while (row > 0 && u.data[i][row] == null) row--;
      const value = u.data[i][row];
      readout.textContent = i === 0 && plot.fractions && !plot.logX && plot.id === "lorenz" ? percent(value) : (i === 0 ? people : format)(value);
    });
  }

  // ── one chart ──

  function yRange(plot) {
    return (u, low, high) => {
      if (low == null) return [0, 1];
      if (plot.fractions && plot.id === "lorenz") return [Math.min(0, low), 1];
      if (plot.fromZero) {
        const top = high > 0 ? high * 1.06 : low < 0 ? 0 : 1;
        return [low < 0 ? low * 1.06 : 0, top];
      }
      if (low === high) {
        const margin = Math.abs(low) * 0.05 || 1;
        return [low - margin, high + margin];
      }
      const margin = (high - low) * 0.06;
      return [low >= 0 && low - margin < 0 ? 0 : low - margin, high + margin];
    };
  }

  const logRange = (u, low, high) => (low == null ? [1, 10] : [low / (high / low) ** 0.06 / 1.02, high * (high / low) ** 0.06 * 1.02]);

  // Round values of a logarithmic axis: powers of ten, and their multiples where there are few of them.
  function logSplits(low, high, wanted) {
    const decades = Math.log10(high / low);
    if (decades < 0.5) return null;
    const digits = decades * 9 <= wanted ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decades * 3 <= wanted ? [1, 2, 5] : [1];
    const stride = Math.max(1, Math.ceil(decades / wanted));
    const splits = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += stride) {
      splits.push(...digits.map((digit) => Number(`${digit}e${power}`)).filter((value) => value >= low && value <= high));
    }
    return splits;
  }

  // Where the range is less than half a decade, evenly spaced values are as round as it gets.
  function evenSplits(low, high, wanted) {
    const least = (high - low) / wanted;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= least);
    const splits = [];
    for (let n = Math.ceil(low / step); n * step <= high; n++) splits.push(Number((n * step).toPrecision(12)));
    return splits;
  }

  function logAxis(wanted) {
    return {
      splits: (u, axis, low, high) => logSplits(low, high, wanted) || evenSplits(low, high, wanted),
      filter: (u, splits) => splits,
      values: (u, splits) => splits.map((value) => (value == null ? "" : people(value, 3))),
    };
  }

  function axes(plot) {
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const common = () => ({
      font,
      stroke: css("--ink-3"),
      grid: { stroke: css("--grid"), width: 1 },
      ticks: { stroke: css("--line"), width: 1, size: 5 },
    });
    const labels = plot.fractions ? (u, splits) => splits.map(percent) : (u, splits) => axisLabels(splits);
    return [
      {
        ...common(),
        values: plot.id === "lorenz" ? (u, splits) => splits.map(percent) : (u, splits) => axisLabels(splits),
        space: 70,
        size: 30,
        gap: 6,
        ...(plot.logX ? logAxis(7) : {}),
      },
      {
        ...common(),
        values: labels,
        space: 34,
        gap: 6,
        size: (u, values) => {
          if (!values) return 56;
          u.ctx.save();
          u.ctx.font = `${12 * devicePixelRatio}px ${getComputedStyle(document.body).fontFamily}`;
          const widest = Math.max(0, ...values.map((value) => u.ctx.measureText(value || "").width));
          u.ctx.restore();
          return Math.max(56, Math.ceil(widest / devicePixelRatio) + 16);
        },
        ...(charts.get(plot.id).logarithmic ? logAxis(8) : {}),
      },
    ];
  }

  function seriesOptions(plot, entry) {
    const lines = plot.lines.map((line, i) => {
      const colour = seriesColour(line.colour);
      const faint = line.mean.length > 0;
      const options = {
        label: line.label,
        show: !entry.hidden.has(i),
        stroke: line.stroke === "hidden" ? "transparent" : faint ? translucent(colour, 0.4) : colour,
        width: faint ? 1 : line.stroke === "dotted" ? 1.5 : 2,
        dash: faint ? undefined : DASHES[line.stroke],
        spanGaps: !plot.overTime,
        pxAlign: line.stepped ? 1 : 0,
        points: { show: plot.x.length < 40 && plot.overTime && line.stroke !== "hidden", size: 5, fill: colour },
      };
      if (line.filled) options.fill = translucent(colour, isDark() ? 0.2 : 0.14);
      if (line.stepped) options.paths = uPlot.paths.stepped({ align: 1 });
      return options;
    });
    const means = linesWithMean(plot).map((i) => ({
      label: plot.lines[i].label + ", mean",
      show: !entry.hidden.has(i),
      stroke: seriesColour(plot.lines[i].colour),
      width: 2,
      dash: DASHES[plot.lines[i].stroke],
      points: { show: false },
    }));
    return [...lines, ...means];
  }

  // Positions of the lines that have a moving mean; the means follow the lines in a chart's data.
  const linesWithMean = (plot) => plot.lines.flatMap((line, i) => (line.mean.length ? [i] : []));

  function options(plot, entry, holder) {
    const pathRange = plot.path && plot.path.x.length;
    return {
      width: holder.clientWidth,
      height: holder.clientHeight,
      padding: [10, 24, 0, 0],
      legend: { show: false },
      focus: { alpha: 1 },
      scales: {
        x: plot.logX ? { time: false, distr: 3, range: (u, low, high) => [low, high] } : { time: false },
        y: entry.logarithmic ? { distr: 3, range: logRange } : { range: yRange(plot) },
      },
      axes: axes(plot),
      series: [{}, ...seriesOptions(plot, entry)],
      bands: plot.bands.map((pair, i) => ({
        series: [pair[0] + 1, pair[1] + 1],
        fill: translucent(seriesColour(plot.lines[pair[0]].colour), i === 0 ? 0.18 : 0.26),
      })),
      cursor: {
        y: false,
        points: { size: 7, show: !pathRange },
        drag: { x: plot.overTime || plot.path != null, y: false, dist: 5 },
        // Only the position is shared; zoom is passed on below, by value.
        sync: plot.overTime
          ? { key: "time", scales: ["x", null], setSeries: false, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } }
          : undefined,
      },
      hooks: {
        drawAxes: [(u) => plot.overTime && drawEvents(u)],
        draw: [(u) => drawVerticals(u, plot), (u) => plot.path && drawPath(u, plot.path)],
        setCursor: [(u) => { updateReadouts(entry, u); pointAt(u, plot); }],
        setScale: [(u, key) => key === "x" && plot.overTime && zoomed(u)],
      },
    };
  }

  function build(plot) {
    const figure = document.getElementById(plot.id);
    const holder = figure.querySelector(".canvas");
    if (holder.clientWidth === 0) return;
    const entry = charts.get(plot.id);
    if (entry.chart) entry.chart.destroy();
    buildLegend(entry, figure.querySelector(".legend"));
    const data = [plot.x, ...plot.lines.map((line) => line.values), ...linesWithMean(plot).map((i) => plot.lines[i].mean)];
    entry.chart = new uPlot(options(plot, entry, holder), data, holder);
    if (plot.overTime && zoom) entry.chart.setScale("x", zoom);
    updateReadouts(entry, entry.chart);
  }

  function addLogSwitch(plot, entry) {
    const values = plot.lines.flatMap((line) => line.values).filter((value) => value != null);
    if (!plot.logSwitch || values.some((value) => value <= 0)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "log";
    button.title = "Logarithmic price axis";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      entry.logarithmic = !entry.logarithmic;
      button.setAttribute("aria-pressed", String(entry.logarithmic));
      build(plot);
    });
    document.getElementById(plot.id).querySelector(".plot-tools").append(button);
  }

  // ── zoom, shared by all charts over time ──

  let zoom = null;
  let passingOn = false;
  const resetButton = document.getElementById("reset-zoom");
  const timePlots = report.plots.filter((plot) => plot.overTime && plot.x.length);
  const wholeRun = {
    min: Math.min(...timePlots.map((plot) => plot.x[0])),
    max: Math.max(...timePlots.map((plot) => plot.x[plot.x.length - 1])),
  };

  function zoomed(u) {
    if (passingOn || u.status !== 1) return;
    const { min, max } = u.scales.x;
    setZoom(min <= wholeRun.min && max >= wholeRun.max ? null : { min, max });
  }

  function setZoom(range) {
    zoom = range;
    resetButton.hidden = range === null;
    passingOn = true;
    for (const { plot, chart } of charts.values()) {
      if (!chart || !plot.overTime) continue;
      const target = range || { min: plot.x[0], max: plot.x[plot.x.length - 1] };
      if (chart.scales.x.min !== target.min || chart.scales.x.max !== target.max) {
        chart.batch(() => chart.setScale("x", target));
      }
    }
    passingOn = false;
  }

  resetButton.addEventListener("click", () => setZoom(null));

  // ── keyboard ──

  let steered = null; // the chart whose cursor the keyboard is moving

  function steer(event, entry) {
    const u = entry.chart;
    if (!u) return;
    const { plot } = entry;
    const last = plot.x.length - 1;
    const at = u.cursor.idx == null ? last : u.cursor.idx;
    const jump = event.shiftKey ? Math.max(1, Math.round(last / 20)) : 1;
    const moves = { ArrowLeft: at - jump, ArrowRight: at + jump, Home: 0, End: last };
    if (event.key === "Escape" && plot.overTime) setZoom(null);
    if (!(event.key in moves)) return;
    event.preventDefault();
    const target = Math.min(Math.max(moves[event.key], 0), last);
    steered = u;
    u.setCursor({ left: u.valToPos(plot.x[target], "x"), top: u.over.clientHeight / 2 });
    steered = null;
  }

  // ── tables, copying, theme ──

  function makeSortable(table) {
    table.querySelectorAll("thead th").forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const descending = heading.getAttribute("aria-sort") !== "descending";
        table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortRows(table.tBodies[0], column, descending ? -1 : 1);
      });
    });
  }

  function sortRows(body, column, direction) {
    const key = (row) => {
      const cell = row.cells[column];
      if (!cell.classList.contains("n")) return cell.textContent;
      return cell.dataset.key === undefined ? null : Number(cell.dataset.key);
    };
    const rows = [...body.rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return direction * (typeof a === "string" ? a.localeCompare(b) : a - b);
    });
    body.append(...rows.map(([, row]) => row));
  }

  function offerCopy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Select and copy by hand";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }

  const THEMES = ["auto", "light", "dark"];
  const themeButton = document.getElementById("theme");

  // Storage may be forbidden for local files; the choice then lasts as long as the page.
  function stored(value) {
    try {
      if (value !== undefined) localStorage.setItem("walras-report-theme", value);
      return localStorage.getItem("walras-report-theme");
    } catch {
      return value;
    }
  }

  function applyTheme(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    themeButton.textContent = "Theme: " + theme;
    themeButton.dataset.now = theme;
  }

  function rebuild() {
    for (const { plot, chart } of charts.values()) if (chart) build(plot);
  }

  themeButton.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(themeButton.dataset.now) + 1) % THEMES.length];
    stored(next);
    applyTheme(next);
    rebuild();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild);

  // ── start ──

  // A link may ask for a theme, as in report.html?theme=dark.
  const asked = new URLSearchParams(location.search).get("theme") || stored();
  applyTheme(THEMES.includes(asked) ? asked : "auto");
  themeButton.hidden = false;
  document.querySelectorAll("table.sortable").forEach(makeSortable);
  document.querySelectorAll("button.copy").forEach(offerCopy);

  // Charts are redrawn when their width changes.
  const resized = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      const entry = charts.get(target.parentElement.id);
      if (entry.chart && target.clientWidth) entry.chart.setSize({ width: target.clientWidth, height: target.clientHeight });
    }
  });
  const near = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "800px" });

  function draw(holder) {
    build(charts.get(holder.parentElement.id).plot);
    resized.observe(holder);
  }

  for (const plot of report.plots) {
    const entry = { plot, chart: null, hidden: new Set(), logarithmic: false, readouts: [] };
    charts.set(plot.id, entry);
    addLogSwitch(plot, entry);
    const holder = document.getElementById(plot.id).querySelector(".canvas");
    holder.addEventListener("keydown", (event) => steer(event, entry));
    holder.addEventListener("mouseleave", () => { tooltip.hidden = true; });
    if (report.plots.length <= DRAWN_AT_ONCE) draw(holder);
    else near.observe(holder);
  }

  addEventListener("scroll", () => { tooltip.hidden = true; }, { passive: true });
  let themeOnScreen = null;
  addEventListener("beforeprint", () => {
    themeOnScreen = themeButton.dataset.now;
    applyTheme("light");
    for (const { plot } of charts.values()) build(plot);
  });
  addEventListener("afterprint", () => {
    applyTheme(themeOnScreen || "auto");
    rebuild();
  });
})();
