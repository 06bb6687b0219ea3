### What only the command-line device says: what it asks, what it did, and what it names by the commands of a terminal.

device-this = Бұл құрылғы: { $id }
device-signed-in = Кіру орындалды. `habeas sync` істеріңізді әкеледі.
device-signed-in-waiting = Кіру орындалды. Үйлестіруші құрылғыны мына командамен кіргізеді: habeas device approve { $id }
device-record-meanwhile = Бірден жаза беруге болады; жазбалар кейін жіберіледі.
device-waiting = Бұл құрылғы үйлестірушінің кіргізуін күтіп тұр: { $id }
device-kept = Осы аралықта жазғаныңыз осында сақталады, кейін жіберіледі.
device-invitation = Шақыру { $hours } сағат бойы және бір адамға жарамды. Оны басқа ешкім оқи алмайтын жерде беріңіз.
device-organisation-made = Ұйым құрылды, бұл құрылғы — оның бірінші үйлестірушісінікі: { $id }
device-second-coordinator = Екінші үйлестіруші болғанша баптау аяқталған жоқ: habeas invite --role coordinator
device-let-in = { $id } кіргізілді: { $account }, { $role }
case-erased = { $case } ісі өшірілді. Сервер оны жойды; әр құрылғы бұл туралы білген сәтте жояды. Оператор бұрын жасаған сақтық көшірмелерде ол көшірмелер жойылғанша қалады.
error-erase-unsure = { $case } ({ $title }) ісі серверден де, әр құрылғыдан да, онда жазылғанның бәрімен және фотосуреттерімен бірге біржола өшіріледі. Оны бақылап жүрген отбасыларға енді ештеңе хабарланбайды. Қайтару мүмкін емес: шынымен қаласаңыз, --yes деп қосыңыз
device-family-follows = Отбасы енді { $case } ({ $title }) ісін бақылайды. Сұрау басқа іске тіркелсе, сонда көшеді.
request-confirmed = мекенжайы расталған
request-attached = тіркелген
device-family-waits = Отбасы енді ешбір істі бақыламайды; оның сұрауы қайта күтіп тұр.
count-released = жарияланған
count-waits = екінші адамды күтіп тұр
device-rows = Айлар толығымен алынды, жолдардың реті ештеңені білдірмейді. Мұнда есім жоқ, бірақ әр жолдың артында адам тұр: файлды адамдар тізіміндей сақтаңыз, мұндай екі файлды қатар жарияламаңыз.
device-proposed = Оны екінші адам жариялауы керек: habeas tally release { $id }
device-released = Жарияланды: есеп сервердің /counts бетінде тұр.
error-field-form = `{ $field }` өріс емес; атауы=мәні түрінде жазыңыз
error-case-ambiguous = { $case } бойынша істі анықтау мүмкін емес; нөмірінің көбірек таңбасын көрсетіңіз
error-vault-order = Бір жазба басқасының орнына қойылған; қойманы осы құрылғының сақтық көшірмесінен қалпына келтіріңіз
error-vault-torn = Соңғы сақтау расталмай үзіліп қалды; оның { $bytes } байты { $path } ішінде. Расталғанның бәрі орнында.
error-folder-holds-device = { $folder } ішінде құрылғы бар; --home арқылы басқа қалтаны көрсетіңіз
error-no-device = { $folder } ішінде құрылғы жоқ; `habeas login --help` деп бастаңыз немесе --home арқылы қалтасын көрсетіңіз
error-device-busy = { $folder } ішіндегі құрылғыны басқа бағдарлама пайдаланып жатыр; ол біткенше күтіңіз
error-cannot-ask = Бұл терминалда сұрау мүмкін емес ({ $detail }); { $variable } мәнін беріңіз
error-server-password-wrong = Бұл — есептік жазбаның қазіргі құпиясөзі емес; ештеңе өзгерген жоқ. Қазіргі құпиясөзді қайта теріңіз
error-server-address = `{ $server }` сервер мекенжайы емес; ол https:// деп басталады (http:// тек осы машинада)
error-more = Алмасатын тағы бар; қайта үндестіріңіз
error-code-parts = Код сызықшамен қосылған екі бөліктен тұрады; оны сервер терминалынан түгел көшіріңіз
error-other-clerk = Жауап беріп тұрған — саусақ ізін сервер басып шығарған есеп қызметі емес: арада біреу тұруы мүмкін. Ештеңе құрылған жоқ
error-setup-unsure = { $problem }. Егер сервер бәрібір алуы мүмкін болса, ең алдымен осы есептік жазбамен `habeas login` жасап көріңіз: онда { $folder } қалтасында сіздің жалғыз үйлестірушіңіз тұр. Сервер бас тартса, қалтаны жойып, қайта бастаңыз
error-setup-code = Сервер бұл орнату кодын қабылдамайды: оны сервердің өз терминалынан қайта көшіріңіз
error-device-in = Бұл құрылғы кіргізілген
error-device-whole-id = Салыстырған нөмірдің басын емес, түгелін көрсетіңіз
error-days-form = `{ $text }` туралы сұрау мүмкін емес: тек a–z әріптері, сандар мен сызықшалар; күндер 2021-01-10 түрінде жазылады
ask-passphrase = Осы құрылғының құпия сөйлемі:
ask-new-passphrase = Осы құрылғыға құпия сөйлем (бірнеше сөз; оны ешкім қалпына келтіре алмайды):
ask-again = Соны тағы бір рет:
error-typed-differently = Екеуі бірдей емес; ештеңе жасалған жоқ. Қайта бастаңыз
ask-password = Есептік жазбаңыздың құпиясөзі:
ask-new-password = Есептік жазбаңызға құпиясөз:
ask-next-password = Есептік жазбаңыздың жаңа құпиясөзі:
password-changed = Құпиясөз өзгертілді. Бұл құрылғы кірген күйінде қалады, басқа құрылғыларыңызда қайта кіру керек: habeas login. Бұл құрылғының құпия сөйлемі бұрынғыдай.
show-timeline = Не белгілі
show-deadlines = Мерзімдер
show-last-word = Соңғы хабар: { $when }
show-stints = Қайда ұсталды
show-procedure = Іс жүргізу барысы
show-place-unknown = орны белгісіз
show-no-cases = Бұл құрылғыда іс жоқ.

## The clock without a device

error-no-pack = `{ $pack }` деген ережелер жоқ; барлары: { $packs }
error-file-large = { $most } байттан үлкен
error-sheet = бұл `habeas case show --json` шығаратын мәтін де, docs/clock.md сипаттайтын деректер де емес: { $detail }
error-when-twice = уақытын бір рет қана көрсетіңіз: at, about, between, before немесе after
error-held-ahead = --now уақытынан кейін: ол кезде бұл әлі белгісіз еді
error-give-or-take = тек about-пен бірге жазылады
rules-checked = { $pack }, { $edition } басылымы: барлық { $count } ереже қолдануға жарайды.
rules-reviewed = Тексерген: { $name }.
explain-none = Бұл іске жазылған деректерге бірде-бір мерзім қатысты емес.

## What to type after an error of that name.

hint-error-fact-id = нөмірлерді `habeas case show` көрсетеді
hint-error-replaces-unknown = нөмірлерді `habeas case show` көрсетеді
hint-error-no-case = қандай істер барын `habeas list` көрсетеді
hint-error-not-signed-in = `habeas login --help` қараңыз
hint-error-device-id = нөмірлерді `habeas device list` көрсетеді
hint-error-bundle-empty = істерді бәрібір алып жүру үшін оларды --case арқылы атаңыз
hint-error-bundle-not-for-this = `habeas bundle hand-in ФАЙЛ` оны серверге тапсырады
hint-error-device-unproved = --compared-by-voice РӨЛ деп қосыңыз
hint-error-account-unknown = кім барын `habeas device list` көрсетеді
hint-error-organisation-digits = ол --organisation сөзінен кейін жазылады
hint-error-organisation-missing = --invite немесе `habeas org show` көрсететін мәнмен --organisation
rules-hear = отбасыларға хабарланады
rules-hear-not = отбасыларға хабарланбайды
rules-silent = Бұл ережелерді ешкім тексермеген, сондықтан сіз рұқсат бергенше (habeas rules allow ЕРЕЖЕ) олар бойынша отбасыларға хабарланбайды: { $rules }
error-no-rule = `{ $rule }` деген ереже жоқ; оларды `habeas rules list` көрсетеді

## Papers and roll calls

breaches-none = Белгілі деректер бойынша кез келген түсіндіруде ештеңе бұзылмаған.
breaches-since = Есептеу басы: { $when }
export-unsealed = { $path } файлында іс ашық түрде жатыр. Файл кімде болса, ондағы әр есімді сол оқиды: оны шифрлап сақтаңыз және пайдаланған соң жойыңыз
history-recorded = жазылған уақыты: { $when }
history-replaced = { $fact } дерегімен түзетілген не қайтарып алынған
error-heads = `{ $text }` бұл істің өзгерістерін атамайды; `habeas case show --json` `heads` өрісін шығарады
error-no-sheet = Бұл құрылғыда «{ $place }» үшін тізім шығарылмаған; оны `habeas rollcall ОРЫН` шығарады
error-nobody-there = «{ $place }» жерінде ұсталып отырған ешкім белгілі емес. Бұл құрылғыдағы жерлер: { $places }
error-mark = `{ $mark }` оқылмайды; нөмірлер мен күйді жазыңыз: "1-14,17 out". Күйлер: { $states }
error-sheet-number = `{ $part }` тізімдегі нөмір де, аралық та емес; тізімде { $count }
error-marked-twice = { $number } нөмірі екі рет белгіленді; ештеңе сақталмады
rollcall-how = Былай қайтарыңыз: habeas rollcall "{ $place }" "1-14,17 out" "15 moved" (inside — ішінде, out — шықты, moved — ауыстырылды, court — сотқа әкетілді, not_shown — көрсетпеді)

## Rules of elsewhere

error-no-zone = мұнда `{ $zone }` уақыт белдеуі жоқ; Қазақстан белдеулері, Europe/Moscow және Asia/Tbilisi бар
rule-ru-cpc-protocol = Ресей: ұстап алу хаттамасы
rule-ru-cpc-prosecutor = Ресей: прокурорға хабарлау
rule-ru-cpc-detention = Ресей: сотсыз ұстау
rule-ru-cao-detention = Ресей: әкімшілік ұстап алу
rule-ru-cao-detention-total = Ресей: әкімшілік ұстаудың жалпы мерзімі
rule-ru-cao-arrest = Ресей: әкімшілік қамаққа алудың ең ұзақ мерзімі
rule-ge-cpc-charge = Грузия: айып тағу
rule-ge-cpc-court = Грузия: соттың бірінші отырысы
rule-ge-cpc-detention = Грузия: қылмыстық іс бойынша ұстаудың жалпы мерзімі
rule-ge-cao-detention = Грузия: әкімшілік ұстап алу
rule-intl-iccpr-judge = Халықаралық пакт: судьяға жеткізу
rule-intl-echr-judge = Еуропа конвенциясы: судьяға жеткізу
rule-intl-un-judge = БҰҰ қағидаттары: дереу судьяға жеткізу
law-RUCPC = РФ ҚПК
law-RUCAO = РФ ӘҚБтК
law-GECPC = Грузия ҚПК
law-GECAO = Грузия ӘҚБтК
law-ICCPR = Азаматтық және саяси құқықтар туралы халықаралық пакт
law-ECHR = Адам құқықтары жөніндегі еуропалық конвенция
law-UNBOP = БҰҰ қағидаттар жинағы

# Bundles: changes carried by hand

bundle-handed-in = Тапсырылды. Пакеттегі өзгерістердің серверде бары: { $there }; қабылданбағаны: { $refused }. Пакетті жасаған адамға арналған растау: { $file }
bundle-made = Дайын, файлдар – { $files }: өзгерістер – { $changes }, істер – { $cases }, құрылғылар – { $devices }. Оларды тек осы құрылғылар аша алады.
error-bundle-nobody = «{ $who }» бұл құрылғыға белгісіз: coordinators деп, осы құрылғы кіргізген адамның тіркелгісін немесе құрылғының нөмірін жазыңыз
device-revoked = Ұйымнан шығарылды: { $account }, { $device }. Бұдан былай ол ештеңе алмайды, ал бұл туралы білген бойда өзіндегінің бәрін жояды. Ол аша алған істерге жаңа кілт беріліп жатыр.
device-handed-over = Оның әлі жеткізбегені үйлестірушілерге берілді; шешімді солар қабылдайды. Файлдар: { $count }
device-hands-over-later = Оның әлі жеткізбегені сервермен байланыс болғанша осында мөрленіп тұрады. Файлдар: { $count }
quarantine-empty = Шешім күтіп тұрған ештеңе жоқ
quarantine-item = { $id }: { $time } алынды, ұйымнан шығарылған { $device } құрылғысынан ({ $account }); өзгерістер: { $changes }. Қашан жазылғанын дәлелдеу мүмкін емес
quarantine-accepted = Істерге қабылданды: { $received }; бөлек қойылды: { $aside }
quarantine-dropped = Жойылды: { $id }
error-quarantine-stays = Бұл карантинде қалады: бір бөлігі оқылмады, осы құрылғы аша алмайтын істерден ({ $closed }) немесе әлі серверде емес. Қайталап көріңіз не басқа үйлестірушіден сұраңыз
error-quarantine-unknown = Карантинде { $id } жоқ
hint-error-quarantine-unknown = не күтіп тұрғанын `habeas quarantine list` көрсетеді
fact-replaces = түзетілді немесе қайтарып алынды: { $fact }
error-file-there = { $path } бұрыннан бар; оның үстіне ештеңе жазылмайды: жаңа файл атын беріңіз
hint-error-no-attachment = не бар екенін `habeas attachment list ІС` көрсетеді
hint-error-attachment-original = --original берілсе, файл тіркелген күйінде, шыққан жері туралы мәліметімен бірге жазылады

## Second factors

ask-code = Аутентификатор қолданбасындағы код немесе қосалқы код:
factor-scan = Мұны аутентификатор қолданбасына QR-код арқылы немесе қолмен енгізіңіз; қолданба бұл құрылғыда емес, басқасында болсын. Бұл кімнің қолында болса, екінші факторыңыз сонда.
factor-confirm = Содан кейін: habeas second-factor confirm КОД, қолданба көрсеткен кодпен
error-factor-not-begun = Растайтын ештеңе жоқ; habeas second-factor enrol деп бастаңыз
factor-enrolled = Енді кіру үшін қолданбадағы код та керек. Мына қосалқы кодтармен қолданбасыз кіруге болады, әрқайсысы бір рет жарайды. Оларды жазып алып, құрылғылардан бөлек сақтаңыз; қайта көрсетілмейді.
factor-on = Бұл есептік жазбада екінші фактор бар. Қалған қосалқы кодтар: { $left }
factor-missing = Бұл есептік жазбада екінші фактор жоқ: құпиясөзін білген кез келген адам кіре алады. Аутентификатор қолданбасын қосыңыз: habeas second-factor enrol
factor-not-needed = Бұл есептік жазбада екінші фактор жоқ, оның рөліне ол қажет емес.
factor-reset = { $account } есептік жазбасының екінші факторы алынды. Жаңасы қосылғанша кіруге құпиясөзі жеткілікті.

## Intakes

intake-opened = Алдағы { $hours } сағатта осы сілтемені ашқан адам есептік жазба жасап, бірден жаза алады; ең көбі { $people } адам. Оны тек бөлмедегілерге көрсетіңіз. Содан кейін: habeas intake list
intake-until = Сілтеме { $until } дейін жарамды; қосылғаны: { $people } ішінен { $joined }
intake-was-until = Сілтеме { $until } дейін жарамды болды; қосылғаны: { $people } ішінен { $joined }
intake-none = Бұл құрылғыда шешімі шықпаған қабылдау жоқ.
intake-approved = Кіргізілгені: { $count }
intake-refused = Кіргізілмегені: { $count }. Жазғандары өз құрылғыларында қалады.
intake-closed = Бұл құрылғының сілтемелерімен енді ешкім қосылмайды.
error-server-device-in = Кіргізілген немесе иесі кіргізілген құрылғыдан бас тартуға болмайды; оны ұйымнан шығарыңыз: habeas device revoke
error-intake-name = Бұл құрылғының сілтемесімен { $name } деген ешкім келген жоқ немесе ондайлар бірнешеу; есептік жазбаның толық атауын немесе құрылғы нөмірінің көбірек таңбасын көрсетіңіз
error-intake-in = { $account } кіргізіліп қойған; кіргізілген құрылғыны ұйымнан шығаруға болады: habeas device revoke
error-intake-too-many = Бір сілтемемен ол арналғаннан көп адам келді: { $count }. Сервер рұқсат етілгеннен көп адамды жіберген. Ешкім кіргізілген жоқ. Әрқайсысын тыңдап, бір-бірлеп кіргізіңіз: habeas device approve

## Coordinators

coordinator-is-there = үйлестіреді
coordinator-is-frozen = өкілеттігі тоқтатылған; қайтарғысы келетін үйлестірушілер: 2 ішінен { $count }
coordinator-frozen = Өкілеттігі тоқтатылды: { $who }. Келесі сұраудан бастап бұл құрылғылардың қолтаңбасы есептелмейді, олар ештеңе алмайды. Ондағының бәрі қалады; басқа екі үйлестіруші қайтара алады: habeas coordinator thaw
coordinator-half-thawed = Сіз { $who } өкілеттігі қайтсын дедіңіз; екінші үйлестіруші де соны айтуы керек.
coordinator-thawed = { $who } қайтадан үйлестіреді.
error-coordinator-unknown = { $who } осы құрылғы білетін есептік жазба да, бір құрылғы нөмірінің басы да емес: habeas device list
error-freeze-oneself = Ешкім өз өкілеттігін тоқтатпайды: мұны басқа үйлестіруші жасасын немесе құрылғыны ұйымнан шығарыңыз
error-freeze-others = Тек үйлестірушілердің өкілеттігі тоқтатыла тұрады; басқалардың құрылғысы ұйымнан шығарылады: habeas device revoke
error-frozen-already = Бұл үйлестірушінің өкілеттігі тоқтатылып қойған
error-not-frozen = Бұл адамның өкілеттігі тоқтатылмаған
error-thawed-already = Сіз мұны айтқансыз; екінші үйлестіруші де соны айтуы керек

## Recovery

recovery-title = 3 үлестің { $number }-үлесі
recovery-text = Барлық үйлестірушінің құрылғысы жоғалғанда үш үлестің екеуі ұйымды қайтарады: екі үлесі бар адам кез келген істі аша алады. Бір үлес ештеңе ашпайды. Бұл парақты ешкім іздемейтін жерде, басқаларынан бөлек сақтаңыз, олардың кімде екенін ешкімге айтпаңыз.
recovery-how = Пайдалану үшін екінші үлес және habeas бағдарламасы бар компьютер керек: habeas recovery use --server { $server } --account АТАУЫ. Төрт жолды осында тұрғандай теріңіз немесе кодты сканерлеңіз. Содан кейін және парақ жоғалса: habeas recovery rotate.
recovery-holds = Бұдан былай осы үш үлес жарамды, бұрын басылғандары жарамсыз. Оларды бірге тұрмайтын үш адамға беріңіз, мұнда көшірмесін қалдырмаңыз: терминалды және олар өткен файлды тазалаңыз.
recovery-there = Үлестер бар. Екеуі ұйымды қайтарады.
recovery-none = Үлестер жоқ: барлық үйлестірушінің құрылғысы жоғалса, бәрі жоғалады. Басып шығарыңыз: habeas recovery print
recovery-done = Енді бұл — үйлестірушінің құрылғысы: { $id }. Одан әрі: екінші үйлестірушіні кіргізіңіз, жоғалған құрылғыларды ұйымнан шығарыңыз, пайдаланылған үлестерді ауыстырыңыз: habeas recovery rotate
recovery-ask = Екі үлестің { $number }-үлесі: төрт жолы, бірінен соң бірі
recovery-rotate = Кеткен адамда басылған үлес болса немесе оларды сол басып шығарса, үшеуін де ауыстырыңыз: habeas recovery rotate
error-recovery-there = Үлестер бар; ауыстыру үшін: habeas recovery rotate
error-recovery-none = Үлестер әлі жоқ: habeas recovery print
error-recovery-void = { $problem }. Жаңа ғана басылған үлестер жарамсыз: оларды жойып, қайта басып шығарыңыз
error-share-same = Бұл екі рет берілген бір үлес; екіншісі керек
error-share-apart = Бұл екі үлес бір басылымнан емес, бірге ештеңе бермейді
error-share-other = Сервер осы үлестердікінен басқа ұйымды көрсетіп тұр; ештеңе жасалған жоқ
error-share-line = { $number }-жол басылғандай емес: әріптеп салыстырып, қайта теріңіз
error-share-short = Бұл толық үлес емес: онда 24 әріп пен саннан төрт жол болады
error-server-no-recovery = Бұл — осы сервердегі ұйымның үлестері емес немесе олар ауыстырылған
