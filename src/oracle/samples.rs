//! The samples that a set's rows are about, which stand in files of their own.
//!
//! A set and its samples travel as one text: the samples as comments before the set, so that whoever reads a set without asking for
//! them reads it as ever. Two shapes are known: a column for each sample, and rows of `dataset` and `value`.

use std::collections::BTreeMap;

/// Where the samples of a set stand.
pub struct SamplesDef {
    /// The published file, in the folder `data` beside the set.
    pub file: &'static str,
    /// What the names of such files start with.
    pub prefix: &'static str,
}

const NAME: &str = "#samples ";
const LINE: &str = "#: ";

/// Puts a file of samples before a set.
pub fn attach(set: &str, name: &str, samples: &str) -> String {
    let mut text = format!("{NAME}{name}\n");
    for line in samples.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        text.push_str(LINE);
        text.push_str(line);
        text.push('\n');
    }
    text.push_str(set);
    text
}

/// Samples by the name of their file, without its ending, and by their own.
#[derive(Default)]
pub(super) struct Samples(Vec<(String, BTreeMap<String, Vec<f64>>)>);

impl Samples {
    /// Those that stand before a set.
    pub(super) fn of(text: &str) -> Samples {
        let mut samples = Samples::default();
        let mut header: Vec<&str> = Vec::new();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix(NAME) {
                samples.0.push((name.trim_end_matches(".csv").to_owned(), BTreeMap::new()));
                header.clear();
            } else if let (Some(line), Some((_, known))) = (line.strip_prefix(LINE), samples.0.last_mut()) {
                let cells: Vec<&str> = line.split(',').map(str::trim).collect();
                if header.is_empty() {
                    header = cells;
                } else if let (["dataset", "value"], [name, number]) = (header.as_slice(), cells.as_slice()) {
                    push(known, name, number);
                } else {
                    header.iter().zip(&cells).for_each(|(name, number)| push(known, name, number));
                }
            } else if !line.starts_with('#') {
                break;
            }
        }
        samples
    }

    /// A sample by its own name, of the first file whose name starts with `prefix`.
    pub(super) fn get(&self, prefix: &str, name: &str) -> Option<&Vec<f64>> {
        self.0.iter().filter(|(file, _)| file.starts_with(prefix)).find_map(|(_, known)| known.get(name))
    }
}

fn push(known: &mut BTreeMap<String, Vec<f64>>, name: &str, number: &str) {
    if let Ok(number) = number.parse::<f64>() {
        known.entry(name.to_owned()).or_default().push(number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read_and_the_set_stays_as_it_was() {
        let set = "# a comment\nid,dataset\n1,lew\n";
        let text =
            attach(&attach(set, "nist_data_a.csv", "# source\ndataset,value\nlew,-1.5\nlew,2\n"), "series_b_c.csv", "t,X\n1,3\n2,4\n");
        let samples = Samples::of(&text);
        assert_eq!(samples.get("nist_data_", "lew"), Some(&vec![-1.5, 2.0]));
        assert_eq!((samples.get("series_b_", "X"), samples.get("series_x_", "X")), (Some(&vec![3.0, 4.0]), None));
        assert!(text.ends_with(set) && text.strip_suffix(set).unwrap().lines().all(|line| line.starts_with('#')));
    }
}
