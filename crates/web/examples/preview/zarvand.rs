//! News of Zarvand, a country that does not exist, as views. Data alone.

use chapar_model::{
    ArticleId, Basis, Block, BlockKind, Candidate, ClaimedOriginal, ContentHash, CopyKind,
    Dateline, Display, FieldName, Inline, Lang, ListItem, PageId, PageUrl, PageVia, SourceKey,
    SourceKind, StoryId, TableRow, Verdict, When,
};
use chapar_text::calendar::Calendar;
use chapar_web::views::{
    Absence, Answer, ArticleView, Asked, Body, Changed, CopyRow, FieldEvidence, FirstReport,
    FrontView, Hit, LangGroup, OriginalLink, PageFacts, Piece, ReportRow, Revision, SearchView,
    SourceName, SourceRow, SourceView, StoryCard, StoryLink, StoryView,
};
use chapar_web::{Edition, Text, Wording};
use jiff::Timestamp;
use jiff::tz::TimeZone;

const EN: Lang = Lang::EN;
const FA: Lang = Lang::FA;
const AR: Lang = Lang::AR;

pub(crate) fn now() -> Timestamp {
    stamp("2026-03-06T20:15:00+03:30")
}

pub(crate) fn edition() -> Edition {
    let wording = |lang, name: &str, tagline: &str, about: &str| Wording {
        lang,
        name: name.to_owned(),
        tagline: tagline.to_owned(),
        about: vec![about.to_owned()],
    };
    Edition {
        base: url("https://news.zarvand.example/"),
        wordings: vec![
            wording(
                EN,
                "The Zarvand Courier",
                "All news of Zarvand, from every side, with its sources",
                "The Zarvand Courier gathers what agencies, newspapers and sites inside and outside \
                 Zarvand report about the country, in English, Persian and Arabic.",
            ),
            wording(
                FA,
                "پیک زروند",
                "همهٔ خبرهای زروند از هر سو، با منبعشان",
                "پیک زروند آنچه را خبرگزاری‌ها و روزنامه‌ها و سایت‌های درون و بیرون زروند دربارهٔ این کشور \
                 می‌نویسند به فارسی و عربی و انگلیسی گرد می‌آورد.",
            ),
            wording(
                AR,
                "بريد زرفند",
                "كل أخبار زرفند من كل الجهات، مع مصادرها",
                "يجمع بريد زرفند ما تنشره الوكالات والصحف والمواقع داخل زرفند وخارجها عن البلاد، \
                 بالعربية والفارسية والإنجليزية.",
            ),
        ],
        zone: TimeZone::get("Asia/Tehran").unwrap_or(TimeZone::UTC),
        calendars: vec![Calendar::Gregorian, Calendar::Jalali],
    }
}

fn stamp(raw: &str) -> Timestamp {
    raw.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn when(raw: &str) -> When {
    When::parse(raw).unwrap_or(When::instant(Timestamp::UNIX_EPOCH))
}

/// An instant of March 2026 in the country's zone: `at(3, "05:40")`.
fn at(day: u8, time: &str) -> When {
    when(&format!("2026-03-{day:02}T{time}:00+03:30"))
}

#[expect(clippy::expect_used, reason = "constants of this file")]
fn url(raw: &str) -> PageUrl {
    PageUrl::parse(raw).expect("an address")
}

#[expect(clippy::expect_used, reason = "constants of this file")]
fn key(raw: &str) -> SourceKey {
    SourceKey::parse(raw).expect("a key")
}

struct Outlet(&'static str, &'static str, Lang, SourceKind, Display, i64);

const OUTLETS: &[Outlet] = &[
    Outlet("zana", "خبرگزاری زانا", FA, SourceKind::Agency, Display::Full, 4312),
    Outlet("zana-en", "ZANA English", EN, SourceKind::Agency, Display::Full, 1208),
    Outlet("zana-ar", "وكالة زانا بالعربية", AR, SourceKind::Agency, Display::Full, 877),
    Outlet("herald", "The Darvaneh Herald", EN, SourceKind::Daily, Display::Excerpt, 2090),
    Outlet("bamdadan", "روزنامهٔ بامدادان", FA, SourceKind::Daily, Display::Excerpt, 3555),
    Outlet("sada", "صدى الواحة", AR, SourceKind::Daily, Display::Excerpt, 640),
    Outlet("zbc", "ZBC News", EN, SourceKind::Broadcaster, Display::Excerpt, 1811),
    Outlet("farasu", "فراسو", FA, SourceKind::Abroad, Display::Full, 902),
    Outlet("zarvandwatch", "Zarvand Watch", EN, SourceKind::Blog, Display::Link, 311),
    Outlet("khabarchin", "خبرچین", FA, SourceKind::Blog, Display::Link, 5120),
    Outlet("gazette", "Official Gazette of Zarvand", EN, SourceKind::Official, Display::Full, 12),
    Outlet("mada", "مدى الجنوب", AR, SourceKind::Independent, Display::Excerpt, 0),
];

fn outlet(name: &str) -> &'static Outlet {
    OUTLETS.iter().find(|outlet| outlet.0 == name).unwrap_or(&OUTLETS[0])
}

fn source(name: &str) -> SourceName {
    let Outlet(name, words, lang, ..) = outlet(name);
    SourceName { key: key(name), name: Text::new(*words, *lang) }
}

/// A story: headlines, sources, number of reports, day and time of the latest.
struct Told(i64, &'static [(Lang, &'static str)], &'static str, i64, u8, &'static str);

const STORIES: &[Told] = &[
    Told(
        1714,
        &[
            (EN, "North line reopens after wheat train leaves the rails at Pol-e Sangi"),
            (FA, "خط شمال پس از خروج قطار گندم از ریل در پل‌سنگی باز شد"),
        ],
        "zana zana-en zbc",
        5,
        6,
        "19:32",
    ),
    Told(
        1604,
        &[
            (EN, "Rain falls on the tents of Kuhsang: 212 families still without a roof"),
            (FA, "باران بر چادرهای کوه‌سنگ؛ ۲۱۲ خانواده هنوز سرپناهی ندارند"),
            (AR, "المطر على خيام كوهسنغ: ٢١٢ أسرة ما زالت بلا مأوى"),
        ],
        "zana zana-en zana-ar herald bamdadan farasu sada zbc khabarchin",
        31,
        6,
        "18:05",
    ),
    Told(
        1607,
        &[
            (FA, "شیرین کتاب‌دوست با وثیقهٔ ۱۲ میلیون دارین آزاد شد"),
            (EN, "Film director Ketabdust free on bail, lawyer says appeal is ready"),
            (AR, "الإفراج بكفالة عن المخرجة شيرين كتابدوست"),
        ],
        "farasu zbc herald sada bamdadan khabarchin",
        14,
        6,
        "16:40",
    ),
    Told(
        1717,
        &[
            (EN, "Norgaz to build phase two of the Sirin gas field for $640 million"),
            (FA, "فاز دوم میدان گازی سیرین به نورگاز رسید"),
        ],
        "zana-en zana herald",
        6,
        6,
        "15:10",
    ),
    Told(
        1718,
        &[(FA, "۱۴ میلیون سفر نوروزی؛ شصت لیتر بنزین بیشتر برای هر خودرو")],
        "bamdadan zana",
        3,
        6,
        "13:25",
    ),
    Told(
        1605,
        &[
            (EN, "Cranes move again in Bandar Sirin as dockers settle for 22 percent"),
            (FA, "جرثقیل‌های بندر سیرین دوباره به کار افتاد"),
            (AR, "عمال ميناء بندر سيرين يعودون إلى العمل بزيادة ٢٢ في المئة"),
        ],
        "zbc herald zana sada bamdadan zana-ar",
        17,
        6,
        "09:50",
    ),
    Told(
        1713,
        &[(AR, "تطعيم ٩٦٬٤٠٠ طفل ضد الحصبة في محافظة الساحل")],
        "zana-ar mada",
        2,
        6,
        "09:15",
    ),
    Told(
        1610,
        &[
            (EN, "Head of Abzar substation suspended after lights went out in seven provinces"),
            (FA, "رئیس پست برق آبزر کنار گذاشته شد"),
            (AR, "وقف رئيس محطة آبزار بعد انقطاع الكهرباء"),
        ],
        "zana bamdadan zbc zana-ar herald",
        12,
        6,
        "08:30",
    ),
    Told(
        1612,
        &[
            (EN, "House passes 3,870-billion-darin budget; the south counts its 1.8 percent"),
            (FA, "بودجهٔ ۳۸۷۰ میلیارد دارینی تصویب شد"),
            (AR, "مجلس النواب يقر الموازنة والساحل يعترض على حصته"),
        ],
        "herald zana zana-ar bamdadan",
        9,
        5,
        "17:45",
    ),
    Told(1720, &[(EN, "Zarvand buys 300,000 tonnes of Tasmiran wheat")], "zana-en", 1, 5, "14:20"),
    Told(
        1715,
        &[(FA, "مهلت ثبت سیم‌کارت یک ماه عقب افتاد"), (EN, "SIM deadline moved to 20 April")],
        "zana bamdadan zbc",
        4,
        5,
        "11:05",
    ),
    Told(
        1716,
        &[
            (AR, "مطار مرسى نوران يفتح أبوابه بعد عاصفة الغبار"),
            (EN, "Marsa Nuran airport open again after dust storm"),
        ],
        "mada zana-ar zbc",
        5,
        5,
        "10:40",
    ),
    Told(
        1608,
        &[
            (EN, "Tizpa strikes at 88 minutes: Zarvand 2, Tasmira 1"),
            (FA, "تیزپا در دقیقهٔ ۸۸ کار را تمام کرد: زروند ۲، تاسمیرا ۱"),
        ],
        "zbc zana bamdadan",
        8,
        4,
        "21:30",
    ),
    Told(
        1606,
        &[
            (EN, "Bread price rise put off for three months"),
            (FA, "گرانی نان سه ماه عقب افتاد"),
            (AR, "تأجيل رفع سعر الخبز ثلاثة أشهر"),
        ],
        "zbc bamdadan herald zana",
        11,
        4,
        "17:40",
    ),
    Told(
        1609,
        &[
            (EN, "First trucks in three years cross at Golmarz"),
            (FA, "نخستین کامیون‌ها پس از سه سال از گلمرز گذشتند"),
        ],
        "zana zana-en herald",
        7,
        4,
        "12:10",
    ),
    Told(
        1619,
        &[
            (FA, "نوندی: چنین دیداری در لودنا نبوده است"),
            (EN, "Navandi: “There was no such meeting”"),
        ],
        "farasu zana herald",
        6,
        4,
        "09:55",
    ),
    Told(
        1611,
        &[
            (EN, "A time-table in clay: relay station of the old couriers found near Golmarz"),
            (FA, "چاپارخانه‌ای ۲۴۰۰ ساله در گلمرز پیدا شد"),
        ],
        "herald bamdadan",
        4,
        3,
        "16:00",
    ),
    Told(
        1603,
        &[
            (FA, "آب دریاچهٔ نیلو ۳۴ سانتی‌متر بالا آمد"),
            (EN, "Lake Nilu at its highest in nine years"),
        ],
        "zana zana-en",
        3,
        3,
        "12:30",
    ),
    Told(
        1601,
        &[
            (EN, "Zarvand, Ostrevia sign defense memorandum in Darvaneh"),
            (FA, "زروند و اوسترویا یادداشت تفاهم دفاعی امضا کردند"),
            (AR, "زرفند وأوستريفيا توقعان مذكرة تفاهم دفاعية"),
        ],
        "zana zana-en zana-ar herald zarvandwatch",
        13,
        2,
        "19:20",
    ),
    Told(
        1602,
        &[(EN, "Central Bank raises its rate to 19.5 percent, first rise in eleven months")],
        "herald zbc",
        5,
        2,
        "18:30",
    ),
];

const OPENINGS: &[(Lang, &str)] = &[
    (
        EN,
        "Three days after the earthquake the weather turned. The Relief Society says 600 tents have \
         been put up in four villages; people in Upper Kuhsang say that some never reached them.",
    ),
    (
        FA,
        "سه روز پس از زمین‌لرزه هوا برگشت. جمعیت امداد می‌گوید ۶۰۰ چادر در چهار روستا برپا شده است؛ مردم \
         کوه‌سنگ بالا می‌گویند به برخی چیزی نرسیده است.",
    ),
    (
        AR,
        "بعد ثلاثة أيام على الزلزال تبدّل الطقس. تقول جمعية الإغاثة إن ٦٠٠ خيمة نُصبت في أربع قرى، ويقول \
         أهالي كوهسنغ العليا إن بعضها لم يصل إليهم.",
    ),
];

fn best(texts: &[(Lang, &str)], lang: Lang) -> (usize, Text) {
    let at = texts.iter().position(|(of, _)| *of == lang).unwrap_or(0);
    (at, Text::new(texts[at].1, texts[at].0))
}

fn card(told: &Told, lang: Lang) -> StoryCard {
    let Told(id, headlines, sources, report_count, day, time) = told;
    let (chosen, headline) = best(headlines, lang);
    let others = headlines.iter().enumerate().filter(|(at, _)| *at != chosen);
    let sources: Vec<SourceName> = sources.split(' ').map(source).collect();
    StoryCard {
        id: StoryId(*id),
        headline,
        also: others.map(|(_, (lang, words))| Text::new(*words, *lang)).collect(),
        opening: (*id == 1604).then(|| best(OPENINGS, lang).1),
        source_count: sources.len() as i64,
        sources,
        report_count: *report_count,
        langs: headlines.iter().map(|(lang, _)| *lang).collect(),
        latest: at(*day, time),
        updated: at(*day, time).earliest(&TimeZone::UTC),
    }
}

pub(crate) fn front(lang: Lang) -> FrontView {
    let mut cards: Vec<StoryCard> = STORIES.iter().map(|told| card(told, lang)).collect();
    cards.sort_by_key(|card| (card.source_count < 6, card.id != StoryId(1604)));
    FrontView::lay_out(cards, Some("2026-03-02T15:00:00Z_1602".to_owned()))
}

fn row(id: i64, lang: Lang, headline: &str, by: &str, time: Option<When>) -> ReportRow {
    ReportRow {
        id: ArticleId(id),
        headline: Text::new(headline, lang),
        source: source(by),
        at: time,
        copies: Vec::new(),
        first: None,
    }
}

fn copy(id: i64, lang: Lang, headline: &str, by: &str, time: When, shared: f32) -> CopyRow {
    let kind = if shared > 0.95 { CopyKind::Whole } else { CopyKind::Rewritten };
    CopyRow {
        id: ArticleId(id),
        headline: Text::new(headline, lang),
        source: source(by),
        at: Some(time),
        kind,
        shared,
    }
}

fn quake_reports() -> Vec<LangGroup> {
    let mut first =
        row(8101, FA, "زمین‌لرزهٔ ۵٫۱ ریشتری کوه‌سنگ را لرزاند", "zana", Some(at(3, "04:58")));
    first.first = Some(FirstReport { among: 31, is_day_only: false, copies: 2 });
    first.copies = vec![
        copy(8111, FA, "زمین‌لرزهٔ ۵٫۱ ریشتری کوه‌سنگ را لرزاند", "khabarchin", at(3, "05:31"), 1.0),
        copy(8112, FA, "زلزله در کوه‌سنگ با سه مصدوم", "bamdadan", at(3, "06:02"), 0.83),
    ];
    let mut agency = row(
        8102,
        EN,
        "Magnitude 5.1 earthquake shakes Kuhsang, three injured",
        "zana-en",
        Some(at(3, "05:20")),
    );
    agency.copies = vec![copy(
        8113,
        EN,
        "5.1 earthquake rocks mountain town of Kuhsang",
        "zarvandwatch",
        when("2026-03-03"),
        0.97,
    )];
    vec![
        LangGroup {
            lang: Some(EN),
            count: 6,
            reports: vec![
                agency,
                row(
                    8103,
                    EN,
                    "Kuhsang quake: 11 injured, 240 houses damaged",
                    "herald",
                    Some(at(3, "13:40")),
                ),
                row(
                    8104,
                    EN,
                    "“The house went down behind me”: a night in Upper Kuhsang",
                    "zbc",
                    Some(at(3, "20:10")),
                ),
                row(
                    8105,
                    EN,
                    "President orders loans of 900 million darin for Kuhsang",
                    "zana-en",
                    Some(at(4, "11:15")),
                ),
                row(
                    8106,
                    EN,
                    "Rain falls on the tents of Kuhsang: 212 families still without a roof",
                    "herald",
                    Some(at(6, "18:05")),
                ),
            ],
        },
        LangGroup {
            lang: Some(FA),
            count: 5,
            reports: vec![
                first,
                row(
                    8107,
                    FA,
                    "نوزده پس‌لرزه در کوه‌سنگ؛ بزرگ‌ترین آن‌ها ۳٫۹",
                    "zana",
                    Some(at(3, "14:22")),
                ),
                row(
                    8108,
                    FA,
                    "چادرهایی که نرسید؛ گزارش فراسو از کوه‌سنگ بالا",
                    "farasu",
                    Some(at(6, "12:30")),
                ),
            ],
        },
        LangGroup {
            lang: Some(AR),
            count: 2,
            reports: vec![
                row(8109, AR, "زلزال بقوة ٥٫١ درجات يضرب كوهسنغ", "zana-ar", Some(at(3, "06:15"))),
                row(
                    8110,
                    AR,
                    "المطر على خيام كوهسنغ: ٢١٢ أسرة ما زالت بلا مأوى",
                    "sada",
                    Some(when("2026-03-06")),
                ),
            ],
        },
    ]
}

pub(crate) fn stories(lang: Lang) -> Vec<StoryView> {
    let mut groups = quake_reports();
    groups.sort_by_key(|group| group.lang != Some(lang));
    let quake = STORIES.iter().find(|told| told.0 == 1604);
    let wheat = STORIES.iter().find(|told| told.0 == 1720);
    let quake = quake.map(|told| {
        let card = card(told, lang);
        StoryView {
            id: card.id,
            headline: card.headline,
            opening: card.opening,
            source_count: card.source_count,
            report_count: card.report_count,
            began: Some(at(3, "04:58")),
            latest: Some(card.latest),
            groups,
        }
    });
    let wheat = wheat.map(|told| {
        let card = card(told, lang);
        StoryView {
            id: card.id,
            headline: card.headline,
            opening: None,
            source_count: 1,
            report_count: 1,
            began: None,
            latest: Some(card.latest),
            groups: vec![LangGroup {
                lang: Some(EN),
                count: 1,
                reports: vec![row(
                    8301,
                    EN,
                    "Zarvand buys 300,000 tonnes of Tasmiran wheat",
                    "zana-en",
                    None,
                )],
            }],
        }
    });
    quake.into_iter().chain(wheat).collect()
}

fn words(text: &str) -> Vec<Inline> {
    vec![Inline::Text(text.to_owned())]
}

fn block(lang: Lang, kind: BlockKind) -> Block {
    Block { kind, lang: None, dir: lang.dir() }
}

fn paragraphs(lang: Lang, texts: &[&str]) -> Vec<Block> {
    let paragraph = |text: &&str| block(lang, BlockKind::Paragraph { content: words(text) });
    texts.iter().map(paragraph).collect()
}

fn seen(
    value: &str,
    basis: Basis,
    place: &'static str,
    raw: &str,
    verdict: Verdict,
) -> Candidate<String> {
    Candidate { value: value.to_owned(), basis, place: place.into(), raw: raw.to_owned(), verdict }
}

fn kept(address: &str, fetched: &str) -> PageFacts {
    PageFacts {
        id: PageId(fetched.bytes().map(i64::from).sum()),
        fetched: stamp(fetched),
        status: Some(200),
        digest: ContentHash::of(address.as_bytes()),
        body_bytes: 48_213 + address.len() as i64,
        via: PageVia::Live,
    }
}

fn revision(number: i64, fetched: &str, changed: Option<Changed>) -> Revision {
    Revision { number, page: kept("", fetched).id, fetched: stamp(fetched), changed }
}

fn changed(headline: [&str; 2], before: &[&str], after: &[&str]) -> Changed {
    let [was, is] = headline;
    Changed {
        headline: Some(chapar_text::word_changes(was, is)),
        text: chapar_text::changes(before, after),
        has_correction_note: true,
        ..Changed::default()
    }
}

fn bare(id: i64, lang: Lang, headline: &str, by: &str, address: &str) -> ArticleView {
    ArticleView {
        id: ArticleId(id),
        headline: Text::new(headline, lang),
        source: source(by),
        original: url(address),
        dateline: None,
        byline: None,
        published: None,
        updated: None,
        lang: Some(lang),
        body: Body::Empty,
        picture: None,
        section: None,
        tags: Vec::new(),
        claimed: None,
        post: None,
        answered: None,
        story: None,
        copy_of: None,
        copies: Vec::new(),
        evidence: Vec::new(),
        gone: None,
        absences: Vec::new(),
        is_paywalled: false,
        pages: vec![kept(address, "2026-03-03T15:31:04+03:30")],
        revisions: Vec::new(),
    }
}

fn time_evidence(day: &str, full: &str, raw: &str) -> FieldEvidence {
    FieldEvidence {
        field: FieldName::Published,
        candidates: vec![
            seen(
                full,
                Basis::JsonLd,
                "NewsArticle.datePublished",
                full,
                Verdict::Chosen("structured data with a zone, and the feed says the same".into()),
            ),
            seen(full, Basis::Feed, "entry published", raw, Verdict::Agrees),
            seen(day, Basis::Address, "/2026/03/", "2026/03", Verdict::Agrees),
            seen(
                "2026-03-06",
                Basis::Masthead,
                "header > .date",
                "Friday 6 March 2026",
                Verdict::Rejected(
                    "a clock in the masthead tells the day of the visit, not of the report".into(),
                ),
            ),
        ],
    }
}

pub(crate) fn articles() -> Vec<ArticleView> {
    vec![full_article(), persian_article(), copied_article(), arabic_article(), post_article()]
}

fn full_article() -> ArticleView {
    let mut view = bare(
        8103,
        EN,
        "Kuhsang quake: 11 injured, 240 houses damaged",
        "herald",
        "https://herald.example/2026/03/kuhsang-quake-11-injured-240-houses-damaged/",
    );
    let mut blocks = paragraphs(
        EN,
        &[
            "An earthquake of magnitude 5.1 struck 14 kilometers north of Kuhsang at 4:12 on Tuesday morning. Eleven people were injured and 240 houses damaged, 38 of them beyond repair, the National Seismic Center and the Relief Society said.",
            "“People slept in their cars with the engines running,” said Nasrin Abdavar, spokeswoman of the Relief Society. She put the tents sent from Darvaneh at 600, with 1,100 blankets and two field kitchens.",
        ],
    );
    blocks.push(block(EN, BlockKind::Heading { level: 2, content: words("Nineteen aftershocks") }));
    blocks.push(block(
        EN,
        BlockKind::Paragraph {
            content: vec![
                Inline::Text("Bahram Kuhyar, head of the center, saw ".to_owned()),
                Inline::Emphasis(words("no link")),
                Inline::Text(" to the February tremor south of Golmarz, as the ".to_owned()),
                Inline::Link {
                    url: url("https://seismic.example/bulletin/311"),
                    content: words("bulletin of Monday"),
                },
                Inline::Text(" had feared.".to_owned()),
            ],
        },
    ));
    blocks.push(block(
        EN,
        BlockKind::Quote {
            blocks: paragraphs(EN, &["One dry wall falls, and the next leans on nothing."]),
        },
    ));
    blocks.push(block(
        FA,
        BlockKind::Paragraph {
            content: words(
                "«در خانهٔ ما دیگر دری نمانده است»، یکی از اهالی به Herald گفت (۳ مارس ۲۰۲۶).",
            ),
        },
    ));
    blocks.push(block(
        EN,
        BlockKind::List {
            ordered: false,
            items: [
                "Upper Kuhsang: 96 houses",
                "Charmak: 71 houses",
                "Two villages on the Abzar road: 73 houses",
            ]
            .iter()
            .map(|item| ListItem { blocks: paragraphs(EN, &[item]) })
            .collect(),
        },
    ));
    let cells = |texts: [&str; 3]| texts.iter().map(|text| words(text)).collect::<Vec<_>>();
    blocks.push(block(
        EN,
        BlockKind::Table {
            rows: vec![
                TableRow { head: true, cells: cells(["Hour", "Injured", "Houses"]) },
                TableRow { head: false, cells: cells(["05:00", "3", "not known"]) },
                TableRow { head: false, cells: cells(["13:00", "11", "240"]) },
            ],
        },
    ));
    blocks.extend(paragraphs(EN, &["Schools in Kuhsang stay shut until Saturday."]));
    view.body = Body::allowed(Display::Full, blocks);
    view.dateline = Some(Dateline {
        place: "Kuhsang".into(),
        agency: Some("ZANA".into()),
        raw: "KUHSANG (ZANA) –".into(),
    });
    view.byline = Some("Mina Rahbar and Tom Alder".into());
    view.published = Some(at(3, "13:40"));
    view.updated = Some(at(3, "15:05"));
    view.section = Some("National".into());
    view.tags = vec!["Kuhsang".into(), "earthquakes".into(), "Relief Society".into()];
    view.picture = Some(url("https://herald.example/img/kuhsang-street.jpg"));
    view.story = Some(StoryLink {
        id: StoryId(1604),
        headline: Text::new(
            "Rain falls on the tents of Kuhsang: 212 families still without a roof",
            EN,
        ),
        report_count: 31,
        because: Some("shares 14 of 22 telling words with report 8102, 9 hours apart".into()),
    });
    view.copies =
        vec![copy(8114, EN, "11 hurt as quake hits Kuhsang", "zarvandwatch", at(3, "16:20"), 0.91)];
    view.evidence = vec![
        FieldEvidence {
            field: FieldName::Title,
            candidates: vec![
                seen(
                    "Kuhsang quake: 11 injured, 240 houses damaged",
                    Basis::JsonLd,
                    "NewsArticle.headline",
                    "Kuhsang quake: 11 injured, 240 houses damaged",
                    Verdict::Chosen("the heading of the page says the same".into()),
                ),
                seen(
                    "Kuhsang quake: 11 injured, 240 houses damaged",
                    Basis::TitleElement,
                    "title",
                    "Kuhsang quake: 11 injured, 240 houses damaged | The Darvaneh Herald",
                    Verdict::Agrees,
                ),
            ],
        },
        time_evidence("2026-03", "2026-03-03T13:40:00+03:30", "Tue, 03 Mar 2026 10:10:00 GMT"),
        FieldEvidence {
            field: FieldName::Updated,
            candidates: vec![seen(
                "2026-03-03T15:05:00+03:30",
                Basis::Meta,
                "meta[property=article:modified_time]",
                "2026-03-03T15:05:00+03:30",
                Verdict::Chosen("after publication and before the page was fetched".into()),
            )],
        },
    ];
    let what = changed(
        [
            "Kuhsang quake: 9 injured, houses damaged",
            "Kuhsang quake: 11 injured, 240 houses damaged",
        ],
        &["Nine people were hurt when the earth shook under Kuhsang.", "The road is closed."],
        &[
            "Eleven people were hurt when the earth shook under Kuhsang.",
            "Correction: An earlier version gave another number of injured.",
        ],
    );
    view.revisions = vec![
        revision(2, "2026-03-03T15:31:04+03:30", Some(what)),
        revision(1, "2026-03-03T13:52:40+03:30", None),
    ];
    view.absences = vec![Absence {
        from: stamp("2026-03-03T14:10:00+03:30"),
        until: stamp("2026-03-03T15:31:04+03:30"),
    }];
    view.pages.push(kept("first", "2026-03-03T13:52:40+03:30"));
    view.is_paywalled = true;
    view
}

fn persian_article() -> ArticleView {
    let mut view = bare(
        8108,
        FA,
        "چادرهایی که نرسید؛ گزارش فراسو از کوه‌سنگ بالا",
        "farasu",
        "https://farasu.example/a/kuhsang-tents/",
    );
    let mut blocks = paragraphs(
        FA,
        &[
            "سه روز پس از زمین‌لرزهٔ ۵٫۱ ریشتری، در کوه‌سنگ بالا هنوز کسانی شب را در خودرو می‌گذرانند. نسرین آبداور، سخنگوی جمعیت امداد، شمار چادرهای برپاشده را ۶۰۰ می‌داند؛ اهالی می‌گویند به ۴۱ خانواده چیزی نرسیده است.",
            "به نوشتهٔ The Darvaneh Herald در روز سه‌شنبه (۱۳:۴۰) شمار زخمی‌ها ۱۱ نفر و خانه‌های آسیب‌دیده ۲۴۰ واحد است. نشانی فهرست کامل: https://relief.example/kuhsang?page=2",
            "رئیس‌جمهور روز چهارشنبه دستور پرداخت ۹۰۰ میلیون دارین وام را داد. «ما وام نمی‌خواهیم، سقف می‌خواهیم»؛ این را پیرمردی گفت که نمی‌خواست نامش بیاید.",
        ],
    );
    blocks.push(block(FA, BlockKind::Heading { level: 2, content: words("می‌رسد، اما دیر") }));
    blocks.extend(paragraphs(FA, &["راه آبزر تا نیمروز جمعه بسته بود و سه کامیون در گردنه ماند."]));
    view.body = Body::allowed(Display::Full, blocks);
    view.byline = Some("رویا دشتبان".into());
    view.dateline = Some(Dateline {
        place: "کوه‌سنگ".into(), agency: None, raw: "کوه‌سنگ –".into()
    });
    view.published = Some(at(6, "12:30"));
    view.evidence =
        vec![time_evidence("2026-03", "2026-03-06T12:30:00+03:30", "۱۵ اسفند ۱۴۰۴ - ۱۲:۳۰")];
    view.story = Some(StoryLink {
        id: StoryId(1604),
        headline: Text::new("باران بر چادرهای کوه‌سنگ؛ ۲۱۲ خانواده هنوز سرپناهی ندارند", FA),
        report_count: 31,
        because: Some("shares 14 of 22 telling words with report 8102, 9 hours apart".into()),
    });
    let what = changed(
        ["چادرهایی که نمی‌رسد", "چادرهایی که نرسید؛ گزارش فراسو از کوه‌سنگ بالا"],
        &["در کوه‌سنگ بالا صد خانواده بی‌چادر مانده‌اند و کمک نمی‌رسد.", "راه بسته است."],
        &[
            "در کوه‌سنگ بالا دویست خانواده بی‌چادر مانده‌اند و کمک دیر می‌رسد.",
            "اصلاح: شمار خانواده‌ها درست شد.",
        ],
    );
    view.revisions = vec![
        revision(2, "2026-03-03T15:31:04+03:30", Some(what)),
        revision(1, "2026-03-03T13:52:40+03:30", None),
    ];
    view.pages.push(kept("first", "2026-03-03T13:52:40+03:30"));
    view.gone = Some(stamp("2026-03-04T09:00:00+03:30"));
    view
}

fn copied_article() -> ArticleView {
    let mut view = bare(
        8113,
        EN,
        "5.1 earthquake rocks mountain town of Kuhsang",
        "zarvandwatch",
        "https://zarvandwatch.example/2026/03/03/earthquake-rocks-kuhsang/",
    );
    view.body = Body::Link;
    view.published = Some(when("2026-03-03"));
    view.gone = Some(stamp("2026-03-05T09:00:00+03:30"));
    view.claimed = Some(ClaimedOriginal {
        url: Some(url("https://zana.example/en/news/21880")),
        name: Some("ZANA".into()),
    });
    view.copy_of = Some(OriginalLink {
        id: ArticleId(8102),
        headline: Text::new("Magnitude 5.1 earthquake shakes Kuhsang, three injured", EN),
        source: source("zana-en"),
        kind: CopyKind::Whole,
        shared: 0.97,
        because: vec![
            "it links to the other as its source".into(),
            "the other was published 9 hours earlier".into(),
        ],
    });
    view.evidence = vec![FieldEvidence {
        field: FieldName::Published,
        candidates: vec![
            seen(
                "2026-03-03",
                Basis::Address,
                "/2026/03/03/",
                "2026/03/03",
                Verdict::Chosen("the only date on the page that is no clock".into()),
            ),
            seen(
                "2026-03-06",
                Basis::Masthead,
                "#masthead",
                "March 6, 2026",
                Verdict::Rejected("equals the day on which the page was fetched".into()),
            ),
        ],
    }];
    view
}

fn arabic_article() -> ArticleView {
    let mut view = bare(
        8110,
        AR,
        "المطر على خيام كوهسنغ: ٢١٢ أسرة ما زالت بلا مأوى",
        "sada",
        "https://sada.example/articles/kuhsang-rain",
    );
    let blocks = paragraphs(
        AR,
        &[
            "هطل المطر فجر الجمعة على خيام كوهسنغ، حيث ما زالت ٢١٢ أسرة بلا مأوى بعد ثلاثة أيام من الزلزال الذي بلغت قوته ٥٫١ درجات.",
            "وقالت نسرين آبداور، المتحدثة باسم جمعية الإغاثة الزرفندية، إن الطريق عبر ممر آبزار «لم تُفتح إلا ظهرًا».",
        ],
    );
    view.body = Body::allowed(Display::Excerpt, blocks);
    view.published = Some(when("2026-03-06"));
    view
}

/// A post of a channel: no headline of its own, passed on, an answer, edited.
fn post_article() -> ArticleView {
    let words =
        "بارش باران از بامداد جمعه بر چادرهای کوه‌سنگ ادامه دارد و راه گردنه آبزر هنوز بسته است.";
    let mut view = bare(8111, FA, words, "farasu", "https://farasu.example/peyk/206");
    view.body = Body::allowed(Display::Full, paragraphs(FA, &[words]));
    view.claimed = Some(ClaimedOriginal {
        url: Some(url("https://zana.example/peyk/77")),
        name: Some("زانا".into()),
    });
    view.post = Some(chapar_model::PostFacts {
        permalink: view.original.clone(),
        reply_to: Some(ClaimedOriginal {
            url: Some(url("https://farasu.example/peyk/204")),
            name: Some("فراسو".into()),
        }),
        views: Some(chapar_model::Views { raw: "1.2K".into(), about: 1_200 }),
        edited: true,
        titled: false,
        warning: Some("تصویر سیل".into()),
    });
    view
}

pub(crate) fn source_rows() -> Vec<SourceRow> {
    OUTLETS
        .iter()
        .map(|Outlet(name, _, lang, kind, display, article_count)| SourceRow {
            source: source(name),
            kind: Some(*kind),
            langs: vec![*lang],
            home: url(&format!("https://{name}.example/")),
            display: *display,
            article_count: *article_count,
            last_fetched: (*article_count > 0).then(|| stamp("2026-03-06T18:05:00+03:30")),
            last_asked: None,
            hub: None,
            next_asked: None,
            failing: None,
        })
        .collect()
}

pub(crate) fn sources() -> Vec<SourceView> {
    let rows: Vec<ReportRow> =
        quake_reports().into_iter().flat_map(|group| group.reports).collect();
    source_rows()
        .into_iter()
        .map(|row| SourceView {
            recent: rows.iter().filter(|r| r.source.key == row.source.key).cloned().collect(),
            older: (row.article_count > 1000).then(|| "2026-03-03T01:28:00Z_8101".to_owned()),
            row,
        })
        .collect()
}

pub(crate) fn searches(lang: Lang) -> Vec<(String, SearchView)> {
    let plain = |words: &str| Piece::Plain(words.to_owned());
    let found = |words: &str| Piece::Match(words.to_owned());
    let hits = vec![
        Hit {
            id: ArticleId(8103),
            headline: Text::new("Kuhsang quake: 11 injured, 240 houses damaged", EN),
            snippet: vec![
                plain("… struck 14 kilometers north of "),
                found("Kuhsang"),
                plain(
                    " at 4:12 on Tuesday morning. Eleven people were injured and 240 houses damaged …",
                ),
            ],
            source: source("herald"),
            at: Some(at(3, "13:40")),
        },
        Hit {
            id: ArticleId(8108),
            headline: Text::new("چادرهایی که نرسید؛ گزارش فراسو از کوه‌سنگ بالا", FA),
            snippet: vec![
                plain("سه روز پس از زمین‌لرزهٔ ۵٫۱ ریشتری، در "),
                found("کوه‌سنگ"),
                plain(" بالا هنوز کسانی شب را در خودرو می‌گذرانند …"),
            ],
            source: source("farasu"),
            at: Some(at(6, "12:30")),
        },
        Hit {
            id: ArticleId(8110),
            headline: Text::new("المطر على خيام كوهسنغ: ٢١٢ أسرة ما زالت بلا مأوى", AR),
            snippet: vec![
                plain("هطل المطر فجر الجمعة على خيام "),
                found("كوهسنغ"),
                plain("، حيث ما زالت ٢١٢ أسرة بلا مأوى …"),
            ],
            source: source("sada"),
            at: Some(when("2026-03-06")),
        },
    ];
    let view = |asked: Asked, answer| SearchView {
        asked,
        langs: vec![EN, FA, AR],
        sources: OUTLETS.iter().map(|outlet| source(outlet.0)).collect(),
        answer,
    };
    let query = if lang == EN { "Kuhsang" } else { "کوه‌سنگ" };
    let asked = Asked { query: query.into(), page: 2, ..Asked::default() };
    vec![
        ("/search".to_owned(), view(Asked::default(), Answer::None)),
        (
            "/search/found".to_owned(),
            view(asked.clone(), Answer::Hits { hits, total: 43, pages: 3 }),
        ),
        (
            "/search/none".to_owned(),
            view(
                Asked { lang: Some(FA), ..asked.clone() },
                Answer::Hits { hits: Vec::new(), total: 0, pages: 1 },
            ),
        ),
        ("/search/away".to_owned(), view(asked, Answer::Unavailable)),
    ]
}
