//! Radicals as characters of their own → the ideographs they are printed as.
//!
//! Text layers of PDF files name a glyph by its radical where a font draws both with one (`⽤⼾` for 用户). The ideographs
//! are Unicode's: the compatibility decompositions of U+2F00–2FD5, and Equivalent_Unified_Ideograph (UCD 14.0) for
//! U+2E80–2EF3. One differs: ⼾ is 户 here, not 戶, for that is what stands in simplified print, where it is met.

/// The ideograph `c` is printed as, if `c` is a radical that has one.
pub(super) fn ideograph(c: char) -> Option<char> {
    let (first, table) = match c {
        '\u{2e80}'..='\u{2ef3}' => ('\u{2e80}', SUPPLEMENT),
        '\u{2f00}'..='\u{2fd5}' => ('\u{2f00}', KANGXI),
        _ => return None,
    };
    table.chars().nth(c as usize - first as usize).filter(|&ideograph| ideograph != c)
}

/// For U+2F00–2FD5, in order.
const KANGXI: &str = "\
    一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴\
    廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿\
    目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵\
    邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// For U+2E80–2EF3, in order. U+2E80 has no equivalent and U+2E9A is unassigned: they stand for themselves.
const SUPPLEMENT: &str = "\
    ⺀厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵⺚旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫\
    羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉\
    齐歯齿竜龙龜亀龟";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(radicals: &str, ideographs: &str) {
        let folded: String = radicals.chars().map(|c| ideograph(c).unwrap_or(c)).collect();
        assert_eq!(folded, ideographs);
    }

    #[test]
    fn tables_cover_their_blocks() {
        assert_eq!(KANGXI.chars().count(), 0x2fd5 - 0x2f00 + 1);
        assert_eq!(SUPPLEMENT.chars().count(), 0x2ef3 - 0x2e80 + 1);
    }

    #[test]
    fn kangxi_radicals_become_ideographs() {
        check("⼀⼈⼤⽂⽇⽉⽔⾏⾯⿓⿕", "一人大文日月水行面龍龠");
        check("⽤⼾", "用户");
    }

    #[test]
    fn supplement_radicals_become_ideographs() {
        check("⺁⺟⺠⻄⻅⻋⻓⻔⻘⻚⻛⻜⻝⻢⻩⻬⻰⻳", "厂母民西见车长门青页风飞食马黄齐龙龟");
    }

    #[test]
    fn what_is_no_radical_or_has_no_ideograph_stays() {
        check("一⺀⺚⿖⿰①㎡Ａ", "一⺀⺚⿖⿰①㎡Ａ");
    }
}
