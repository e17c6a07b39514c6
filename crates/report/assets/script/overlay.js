// What is drawn over the lines: event marks, vertical marks, a path; and the tooltip that explains them.

const EVENT_REACH_PX = 7;
const PATH_REACH_PX = 24;

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
