fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let t = std::time::Instant::now();
        match jianbao::read::pdf::read(&bytes, &Default::default(), |p| {
            (
                p.glyphs.len(),
                p.images.len(),
                p.rulings.len(),
                p.glyphs.iter().filter(|g| g.c.is_none()).count(),
                p.glyphs.iter().filter(|g| g.c.is_some_and(|c| ('\u{e000}'..'\u{f8ff}').contains(&c))).count(),
            )
        }) {
            Ok(f) => {
                println!("{path}: {} pages, {:?} {:?} {:?}", f.pages.len(), f.info, f.lost, t.elapsed());
                for p in f.pages.iter().take(2) {
                    println!("   {:?} {:?} {:?}", p.class, p.size, p.made);
                }
            }
            Err(e) => println!("{path}: ERR {e} {:?}", t.elapsed()),
        }
    }
}
