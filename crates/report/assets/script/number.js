// Numbers for people, as `number.rs` writes them, and labels of axes.

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
