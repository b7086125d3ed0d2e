// Draws the charts of reports with Chart.js from the numbers in the page: colours of the tokens in either theme, and a
// dash, a shape or a pattern of its own for each series, so that no chart needs colours to be read.
const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const SHAPES = ["circle", "rectRot", "triangle", "rect"];
const ink = getComputedStyle(document.documentElement);
const probe = document.createElement("span");
const charts = new Map();

function colour(token) {
  probe.style.setProperty("color", `var(--${token})`); // a token is a pair of two themes: only an element knows which
  return getComputedStyle(probe).color;
}

function pattern(context, paint, place) {
  if (place === 0) return paint;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = paint;
  pen.lineWidth = 2;
  for (const [x, y, to, down] of [[[0, 8, 8, 0]], [[0, 4, 8, 4]], [[0, 4, 8, 4], [4, 0, 4, 8]]][(place - 1) % 3]) {
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(to, down);
    pen.stroke();
  }
  return context.createPattern(tile, "repeat");
}

function dataset(context, data, one, place) {
  const paint = colour(`${one.tone}-mark`);
  const line = data.look === "line";
  return {
    label: one.label, data: one.values, borderColor: paint, borderWidth: line ? 2 : 1, spanGaps: false,
    backgroundColor: line ? (data.stacked ? colour(`${one.tone}-tint`) : paint) : pattern(context, paint, place),
    borderDash: line ? DASHES[place % 4] : [], pointStyle: SHAPES[place % 4], pointRadius: one.values.length > 60 ? 0 : 3,
    pointHitRadius: 12, pointBackgroundColor: paint, fill: data.stacked ? (place ? "-1" : "origin") : false, maxBarThickness: 36,
  };
}

// What is wanted: it steps where it was altered, and of a single place there is only a dash.
function goal(data, one) {
  const paint = colour(one.tone ? `${one.tone}-mark` : "text-soft");
  return {
    type: "line", label: one.label, data: one.values, borderColor: paint, borderWidth: 1.5, borderDash: [4, 4], stepped: "middle",
    pointRadius: data.labels.length > 1 ? 0 : 12, pointHitRadius: 8, pointStyle: "line", stack: one.label, fill: false, spanGaps: false,
  };
}

// The scale says seconds as people do; what stands at a point, the server has said already.
function said(value, unit) {
  const number = (n, places = 0) => n.toLocaleString(document.documentElement.lang, { maximumFractionDigits: places });
  if (unit === "share") return `${number(100 * value)} %`;
  if (unit !== "seconds") return number(value, 2);
  if (value < 3600) return `${number(value / 60)} min`;
  return value < 172800 ? `${number(value / 3600, 1)} h` : `${number(value / 86400, 1)} d`;
}

// Steps of a quarter of an hour, hours and days rather than of 5,000 seconds; of shares quarters.
function step(data) {
  if (data.unit === "share") return 0.25;
  if (data.unit !== "seconds") return undefined;
  const most = Math.max(...[...data.series, ...data.goals].flatMap((one) => one.values.map((value) => value || 0)));
  return [60, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 432000, 864000].find((s) => most / s <= 6);
}

// The name of a bar in lines of so many letters, a number and its unit together: "15 min –", "1 h".
function lines(name, letters) {
  const words = name.replace(/(\d) (?=\p{L}+( |$))/gu, "$1\u00a0").split(" ");
  return words.reduce((said, word) => {
    const last = said.at(-1);
    return last && last.length + word.length < letters ? [...said.slice(0, -1), `${last} ${word}`] : [...said, word];
  }, []);
}

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const canvas = box.querySelector("canvas");
  const context = canvas.getContext("2d");
  const [text, grid] = [colour("text-soft"), colour("line")];
  const datasets = data.series.map((one, place) => dataset(context, data, one, place));
  const drawn = [...data.series, ...data.goals];
  datasets.push(...data.goals.map((one) => goal(data, one)));
  const values = { stacked: data.stacked, beginAtZero: true, grid: { color: grid }, border: { display: false },
    ticks: { color: text, precision: data.unit === "count" ? 0 : undefined, maxTicksLimit: 7, stepSize: step(data), callback: (value) => said(value, data.unit) } };
  if (data.unit === "share") values.suggestedMax = 1;
  const few = data.look === "bar" && data.labels.length <= 12; // each of a few bars is named, in lines or, where it is narrow, at a slant
  const places = { stacked: data.stacked, grid: { display: false }, ticks: { color: text, maxRotation: few ? 50 : 0, autoSkipPadding: 12, autoSkip: !data.horizontal && !few } };
  if (few && !data.horizontal) {
    places.ticks.callback = (place, _place, { length }) => {
      const letters = Math.floor(canvas.clientWidth / length / 8);
      return letters < 7 ? data.labels[place] : lines(data.labels[place], letters);
    };
  }
  const open = (event, [hit], chart) => data.series[hit?.datasetIndex]?.urls[hit.index] && location.assign(data.series[hit.datasetIndex].urls[hit.index]);
  charts.get(box)?.destroy();
  charts.set(box, new Chart(context, {
    type: data.look, data: { labels: data.labels, datasets },
    options: {
      responsive: true, maintainAspectRatio: false, animation: false, indexAxis: data.horizontal ? "y" : "x",
      font: { family: ink.fontFamily }, onClick: open,
      onHover: (event, hits) => canvas.classList.toggle("is-open", hits.some((hit) => data.series[hit.datasetIndex]?.urls[hit.index])),
      interaction: { mode: "nearest", intersect: data.look !== "line" },
      scales: data.horizontal ? { x: values, y: places } : { x: places, y: values },
      plugins: {
        legend: { display: datasets.length > 1, position: "bottom", labels: { color: text, usePointStyle: data.look === "line", boxWidth: 14, boxHeight: data.look === "line" ? 6 : 12 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${drawn[item.datasetIndex].words[item.dataIndex]}` } },
      },
    },
  }));
}

// Where a map of hours does not fit, it begins at the first hour at which anything happened.
function beginAt(box) {
  const hours = [...box.querySelectorAll("td a")];
  if (box.scrollWidth <= box.clientWidth || !hours.length) return;
  const days = box.querySelector("th[scope=row]").getBoundingClientRect().right;
  box.scrollLeft += Math.min(...hours.map((hour) => hour.getBoundingClientRect().left)) - days;
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach(draw);
}

document.querySelectorAll(".heat-wrap").forEach(beginAt);
probe.hidden = true;
document.body.append(probe);
if (window.Chart) {
  drawAll();
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  for (const name of ["beforeprint", "afterprint"]) addEventListener(name, drawAll);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-table]");
  if (!button) return;
  const shown = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(shown));
});
