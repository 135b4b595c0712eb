//! Pictures, drawn from nothing but their names.

use crate::encode::fingerprint;

/// A quiet landscape, always the same for the same name.
pub(crate) fn draw(name: &str) -> String {
    let seed = fingerprint(name.as_bytes());
    let part = |shift: u32, modulus: u64| (seed >> shift) % modulus;
    let hue = part(0, 360);
    let ground = (hue + 40 + part(9, 60)) % 360;
    let sun = (80 + part(16, 480), 70 + part(24, 60));
    let ridge: Vec<String> = (0..9_u64)
        .map(|step| format!("{},{}", step * 80, 190 + (seed >> (step * 5)) % 90))
        .collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\" height=\"360\" \
         viewBox=\"0 0 640 360\"><rect width=\"640\" height=\"360\" fill=\"hsl({hue} 45% 82%)\"/>\
         <circle cx=\"{}\" cy=\"{}\" r=\"34\" fill=\"hsl(45 80% 72%)\"/>\
         <polygon points=\"0,360 {} 640,360\" fill=\"hsl({ground} 30% 46%)\"/>\
         <rect y=\"310\" width=\"640\" height=\"50\" fill=\"hsl({ground} 28% 34%)\"/></svg>\n",
        sun.0,
        sun.1,
        ridge.join(" ")
    )
}
