// Legends: keys that show and hide lines, with the values under the cursor.

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
