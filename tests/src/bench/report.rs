//! What was measured, for people and for programs.

use std::fmt;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::measure::Cost;

/// A scenario of a contender: the middle of its runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    pub contender: String,
    pub scenario: String,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub trips: u64,
    pub connections: u64,
    pub wall_ms: u64,
    /// In microseconds, for what takes less than a millisecond.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_us: Option<f64>,
    /// The shortest and the longest run.
    pub wall_range_ms: (u64, u64),
    pub cpu_ms: u64,
    pub client_peak_kb: u64,
    pub server_peak_kb: u64,
    pub runs: usize,
    /// Why there are no figures, if there are none.
    pub failed: Option<String>,
}

impl Row {
    pub fn of(contender: &str, scenario: &str, costs: &[Cost]) -> Self {
        let middle = |of: fn(&Cost) -> u64| {
            let mut all: Vec<u64> = costs.iter().map(of).collect();
            all.sort_unstable();
            all[all.len() / 2]
        };
        let walls = || costs.iter().map(|cost| cost.wall_ms);
        Self {
            contender: contender.to_owned(),
            scenario: scenario.to_owned(),
            bytes_up: middle(|cost| cost.up),
            bytes_down: middle(|cost| cost.down),
            trips: middle(|cost| cost.trips),
            connections: middle(|cost| cost.connections),
            wall_ms: middle(|cost| cost.wall_ms),
            wall_us: None,
            wall_range_ms: (walls().min().unwrap_or_default(), walls().max().unwrap_or_default()),
            cpu_ms: middle(|cost| cost.cpu_ms),
            client_peak_kb: middle(|cost| cost.client_kb),
            server_peak_kb: middle(|cost| cost.server_kb),
            runs: costs.len(),
            failed: None,
        }
    }

    /// A scenario that a contender did not get through.
    pub fn failed(contender: &str, scenario: &str, why: &str) -> Self {
        Self { failed: Some(why.to_owned()), runs: 0, ..Self::of(contender, scenario, &[Cost::default()]) }
    }

    /// All bytes, both ways.
    pub fn bytes(&self) -> u64 {
        self.bytes_up + self.bytes_down
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(why) = &self.failed {
            return write!(f, "no figures: {why}");
        }
        let (low, high) = self.wall_range_ms;
        write!(
            f,
            "{} B up, {} B down, {} trips on {} connections, {} ms ({low} to {high}), {} ms of processor, client {} kB, server {} kB",
            self.bytes_up,
            self.bytes_down,
            self.trips,
            self.connections,
            self.wall_ms,
            self.cpu_ms,
            self.client_peak_kb,
            self.server_peak_kb
        )
    }
}

/// The rows as a table in Markdown, those of one scenario below each other, each with its bytes as a multiple of the bound's.
pub fn table(rows: &[Row]) -> String {
    let mut out = "| scenario | contender | bytes up | bytes down | × the bound's | trips | wall ms (range) | processor ms | client kB | server kB | runs |\n\
                   |---|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for scenario in scenarios(rows) {
        let of_it = || rows.iter().filter(|row| row.scenario == scenario);
        let bound = of_it().find(|row| row.contender == "bound").map(|row| row.bytes() as f64);
        for row in of_it() {
            let Row { contender, bytes_up, bytes_down, trips, cpu_ms, client_peak_kb, server_peak_kb, runs, .. } = row;
            if let Some(why) = &row.failed {
                let _ = writeln!(out, "| {scenario} | {contender} | {why} | – | – | – | – | – | – | – | – |");
                continue;
            }
            let times = bound.map_or_else(|| "–".to_owned(), |bound| format!("{:.2}", row.bytes() as f64 / bound));
            let (low, high) = row.wall_range_ms;
            let wall =
                row.wall_us.map_or_else(|| format!("{} ({low}–{high})", row.wall_ms), |micros| format!("{:.4}", micros / 1e3));
            let _ = writeln!(
                out,
                "| {scenario} | {contender} | {bytes_up} | {bytes_down} | {times} | {trips} | {wall} | {cpu_ms} | {client_peak_kb} | {server_peak_kb} | {runs} |"
            );
        }
    }
    out
}

/// Each scenario once, in the order of the rows.
fn scenarios<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for row in rows {
        if !all.contains(&row.scenario.as_str()) {
            all.push(&row.scenario);
        }
    }
    all
}

/// Between these lines of the document stands the table.
const MARKS: [&str; 2] = ["<!-- the table, as the command has written it -->\n", "<!-- the end of the table -->\n"];

/// The document with the rows' table in place of the one that it has.
///
/// # Errors
/// If the document has no place for one.
pub fn into_document(document: &str, rows: &[Row]) -> Result<String, &'static str> {
    let [begin, end] = MARKS;
    let places = || {
        let (before, rest) = document.split_once(begin)?;
        Some((before, rest.split_once(end)?.1))
    };
    let (before, behind) = places().ok_or("the document does not say where its table begins and ends")?;
    Ok(format!("{before}{begin}\n{}\n{end}{behind}", table(rows)))
}

/// The bytes of every scenario as bars, one for each contender, on a scale of powers of ten.
pub fn plot(rows: &[Row]) -> String {
    const COLOURS: [&str; 6] = ["#0b5394", "#777777", "#b45f06", "#38761d", "#741b47", "#134f5c"];
    const LEFT: usize = 480;
    const WIDTH: f64 = 430.0;
    const BAR: usize = 16;
    // What nothing was sent for has no bar.
    let rows: Vec<&Row> = rows.iter().filter(|row| row.failed.is_some() || row.trips > 0 && row.bytes() > 0).collect();
    let mut contenders: Vec<&str> = Vec::new();
    for row in &rows {
        if !contenders.contains(&row.contender.as_str()) {
            contenders.push(&row.contender);
        }
    }
    let (least, most) = (100.0_f64.log10(), rows.iter().map(|row| row.bytes()).max().unwrap_or(1_000).max(1_000) as f64);
    let scale = WIDTH / (most.log10() - least);
    let mut body = String::new();
    let mut y = 40;
    for scenario in scenarios(rows.iter().copied()) {
        let _ = writeln!(body, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{scenario}</text>", LEFT - 10, y + 12);
        for row in rows.iter().filter(|row| row.scenario == scenario) {
            let place = contenders.iter().position(|name| *name == row.contender).unwrap_or_default();
            let (colour, bytes) = (COLOURS[place % COLOURS.len()], row.bytes());
            let length = ((bytes.max(100) as f64).log10() - least) * scale;
            let said = row.failed.clone().unwrap_or_else(|| format!("{bytes} B, {} ms", row.wall_ms));
            let _ = writeln!(
                body,
                "<rect x=\"{LEFT}\" y=\"{y}\" width=\"{length:.0}\" height=\"{}\" fill=\"{colour}\"/><text x=\"{:.0}\" y=\"{}\">{} – {said}</text>",
                BAR - 3,
                LEFT as f64 + length + 6.0,
                y + 11,
                row.contender
            );
            y += BAR;
        }
        y += 10;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1250\" height=\"{y}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"20\">Bytes over the network, both ways, on a logarithmic scale.</text>\n{body}</svg>\n"
    )
}
