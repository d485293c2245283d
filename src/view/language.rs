//! Languages as HLS and DASH state them: tags of BCP 47.

/// The shortest tag that says the same as `language` (`RFC 5646` 4.5): two letters where there are any. `None` if nothing
/// is known, or if that is no tag.
pub fn shortest_tag(language: &str) -> Option<String> {
    let language = language.trim().replace('_', "-");
    let mut parts = language.split('-');
    let first = parts.next().filter(|first| is_subtag(first, u8::is_ascii_alphabetic))?;
    let first = first.to_ascii_lowercase();
    if first == "und" || !parts.clone().all(|part| is_subtag(part, u8::is_ascii_alphanumeric)) {
        return None;
    }
    let short = CODES.split(',').find_map(|codes| {
        let (short, long) = codes.split_once(' ')?;
        long.split(' ').any(|code| code == first).then_some(short)
    });
    let mut tag = short.map_or(first, str::to_owned);
    for part in parts {
        tag.push('-');
        tag.push_str(part);
    }
    Some(tag)
}

/// Whether a part of a tag is one to eight characters of a kind.
fn is_subtag(part: &str, is: fn(&u8) -> bool) -> bool {
    (1..=8).contains(&part.len()) && part.bytes().all(|byte| is(&byte))
}

/// The codes of ISO 639-1, each with those of ISO 639-2, terminological and bibliographic.
const CODES: &str = "\
    aa aar,ab abk,ae ave,af afr,ak aka,am amh,an arg,ar ara,as asm,av ava,ay aym,az aze,ba bak,\
    be bel,bg bul,bh bih,bi bis,bm bam,bn ben,bo bod tib,br bre,bs bos,ca cat,ce che,ch cha,\
    co cos,cr cre,cs ces cze,cu chu,cv chv,cy cym wel,da dan,de deu ger,dv div,dz dzo,ee ewe,\
    el ell gre,en eng,eo epo,es spa,et est,eu baq eus,fa fas per,ff ful,fi fin,fj fij,fo fao,\
    fr fra fre,fy fry,ga gle,gd gla,gl glg,gn grn,gu guj,gv glv,ha hau,he heb,hi hin,ho hmo,\
    hr hrv scr,ht hat,hu hun,hy arm hye,hz her,ia ina,id ind,ie ile,ig ibo,ii iii,ik ipk,io ido,\
    is ice isl,it ita,iu iku,ja jpn,jv jav jaw,ka geo kat,kg kon,ki kik,kj kua,kk kaz,kl kal,\
    km khm,kn kan,ko kor,kr kau,ks kas,ku kur,kv kom,kw cor,ky kir,la lat,lb ltz,lg lug,li lim,\
    ln lin,lo lao,lt lit,lu lub,lv lav,mg mlg,mh mah,mi mao mri,mk mac mkd,ml mal,mn mon,mr mar,\
    ms may msa,mt mlt,my bur mya,na nau,nb nob,nd nde,ne nep,ng ndo,nl dut nld,nn nno,no nor,\
    nr nbl,nv nav,ny nya,oc oci,oj oji,om orm,or ori,os oss,pa pan,pi pli,pl pol,ps pus,pt por,\
    qu que,rm roh,rn run,ro mol ron rum,ru rus,rw kin,sa san,sc srd,sd snd,se sme,sg sag,si sin,\
    sk slk slo,sl slv,sm smo,sn sna,so som,sq alb sqi,sr scc srp,ss ssw,st sot,su sun,sv swe,\
    sw swa,ta tam,te tel,tg tgk,th tha,ti tir,tk tuk,tn tsn,to ton,tr tur,ts tso,tt tat,tw twi,\
    ty tah,ug uig,uk ukr,ur urd,uz uzb,ve ven,vi vie,vo vol,wa wln,wo wol,xh xho,yi yid,yo yor,\
    za zha,zh chi zho,zu zul";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_two_where_there_are_two() {
        for (language, tag) in [
            ("eng", Some("en")),
            ("en", Some("en")),
            ("ENG", Some("en")),
            ("ger", Some("de")),
            ("deu", Some("de")),
            ("fre", Some("fr")),
            ("fra", Some("fr")),
            ("chi", Some("zh")),
            ("zho-Hant", Some("zh-Hant")),
            ("en_US", Some("en-US")),
            ("twi", Some("tw")),
            ("aar", Some("aa")),
            ("zul", Some("zu")),
            ("fil", Some("fil")),
            ("gsw", Some("gsw")),
            ("mul", Some("mul")),
            ("qaa", Some("qaa")),
            ("cmn", Some("cmn")),
            ("English", Some("english")),
            ("und", None),
            ("", None),
            ("en-", None),
            ("1n", None),
            ("français", None),
            ("en\"x", None),
        ] {
            assert_eq!(shortest_tag(language).as_deref(), tag, "{language}");
        }
    }

    #[test]
    fn every_code_is_listed_once() {
        let codes: Vec<&str> = CODES.split([',', ' ']).collect();
        let mut once = codes.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((codes.len(), CODES.split(',').count()), (once.len(), 183));
        assert!(codes.iter().all(|code| matches!(code.len(), 2 | 3)));
    }
}
