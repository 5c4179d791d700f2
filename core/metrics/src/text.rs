//! Families of numbers, and how they are written: OpenMetrics, which Prometheus reads.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet},
    metrics::MetricType,
    registry::Registry,
};

pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Numbers of one kind under one name.
#[derive(Debug)]
pub(crate) struct Family {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    samples: Vec<(Vec<(&'static str, String)>, Value)>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Gauge,
    Counter,
    Histogram,
}

#[derive(Debug)]
enum Value {
    Number(f64),
    Durations { sum: f64, buckets: Vec<(f64, u64)> },
}

impl Family {
    /// What goes up and down.
    pub(crate) fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: Kind::Gauge, samples: vec![] }
    }

    /// What only grows; `_total` is added to the name.
    pub(crate) fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: Kind::Counter, samples: vec![] }
    }

    /// Durations.
    pub(crate) fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: Kind::Histogram, samples: vec![] }
    }

    /// One number.
    pub(crate) fn add<const N: usize>(&mut self, labels: [(&'static str, &str); N], number: f64) {
        self.samples.push((owned(labels), Value::Number(number)));
    }

    /// One distribution: sum, and how many in each bucket.
    pub(crate) fn add_durations<const N: usize>(
        &mut self,
        labels: [(&'static str, &str); N],
        (sum, buckets): (f64, Vec<(f64, u64)>),
    ) {
        self.samples.push((owned(labels), Value::Durations { sum, buckets }));
    }

    /// With one number and no labels.
    pub(crate) fn of(mut self, number: f64) -> Self {
        self.add([], number);
        self
    }

    fn encode(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Gauge => MetricType::Gauge,
            Kind::Counter => MetricType::Counter,
            Kind::Histogram => MetricType::Histogram,
        };
        let mut metric = encoder.encode_descriptor(self.name, self.help, None, kind)?;
        for (labels, value) in &self.samples {
            if labels.is_empty() {
                value.encode(self.kind, &mut metric)?;
            } else {
                value.encode(self.kind, &mut metric.encode_family(labels)?)?;
            }
        }
        Ok(())
    }
}

impl Value {
    fn encode(&self, kind: Kind, metric: &mut MetricEncoder<'_>) -> fmt::Result {
        match (self, kind) {
            (Self::Durations { sum, buckets }, _) => {
                let count = buckets.iter().map(|(_, count)| count).sum();
                metric.encode_histogram::<NoLabelSet>(*sum, count, buckets, None)
            }
            (Self::Number(number), Kind::Counter) => {
                metric.encode_counter::<NoLabelSet, f64, f64>(number, None)
            }
            (Self::Number(number), _) => metric.encode_gauge(number),
        }
    }
}

fn owned<const N: usize>(labels: [(&'static str, &str); N]) -> Vec<(&'static str, String)> {
    labels.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

#[derive(Debug)]
struct Families(Vec<Family>);

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|family| family.encode(&mut encoder))
    }
}

/// The whole answer.
pub(crate) fn write(families: Vec<Family>) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Families(families)));
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry)
        .expect("writing to a string does not fail");
    text
}
