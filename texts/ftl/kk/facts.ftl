### Деректер, күйлер, дереккөздер, жерлер: іс нені көрсетеді.

fact-name = Аты-жөні
fact-description = Сипаттамасы
fact-birth = Туған күні
fact-sex = Жынысы
fact-vulnerability = Осалдығы
fact-last-seen-free = Соңғы рет бостандықта көрінген
fact-restrained = Бостандығы шектелді
fact-exit-offered = Кетуге рұқсат етілді ме
fact-in-vehicle = Көлікке отырғызылды
fact-delivered = Бөлімге жеткізілді
fact-held = Ұсталып отыр
fact-asked-not-here = Сұралды: «мұнда жоқ»
fact-seen-in-custody = Ұсталып отырғаны көрінді немесе хабары келді
fact-transferred = Ауыстырылды
fact-hospitalised = Ауруханаға жеткізілді
fact-released = Босатылды
fact-died = Қайтыс болды
fact-regime = Ұстау негізі
fact-circumstance = Мән-жай
fact-lawyer-admitted = Адвокат кіргізілді
fact-lawyer-refused = Адвокат кіргізілмеді
fact-court-order-received = Сот қаулысы келіп түсті
fact-hearing-held = Сот отырысы өтті
fact-sentenced = Жаза қолданылды
fact-injury = Жарақат
fact-relatives-told = Туыстарына хабарланды
fact-interrogated = Жауап алынды
fact-prosecutor-told = Прокурорға жазбаша хабарланды
fact-motion-filed = Санкция туралы өтінішхат берілді
fact-materials-at-court = Материалдар сотқа түсті
fact-appeal-filed = Шағым берілді
fact-appeal-decided = Шағым қаралды
fact-secrecy-warning = Тергеу құпиясы туралы ескертілді
fact-ill-treatment = Қатыгез қарау
fact-sexual-violence = Жыныстық зорлық-зомбылық
fact-privileged-note = Адвокаттық құпия
fact-informant = Жасырын дереккөз
fact-medical-examination = Медициналық тексеру
fact-conditions = Ұстау жағдайы
fact-property-taken = Заттарын алып қойды
fact-document = Құжат
fact-blocked-at-home = Үйінде қамап қойылды
fact-sobered = Мастықтан айыққаны куәландырылды
fact-protocol = Хаттама жасалды
fact-status-claimed = Полиция айтуынша мәртебесі
fact-number = Істің немесе жазбаның нөмірі
fact-rights-explained = Құқықтары мен негіздері түсіндірілді
fact-relatives-requested = Туыстарына хабарлауды сұрады
fact-embassy-told = Елшілікке хабарланды
fact-lawyer = Қорғаушы
fact-lawyer-meeting = Адвокатпен оңаша кездесті
fact-charged = Айып тағылды
fact-not-done = Сол сәтте жасалмаған
fact-remand = Күзетпен ұстауға санкция берілді
fact-hearing-set = Сот отырысы тағайындалды
fact-decision-received = Қаулының көшірмесі алынды
fact-official = Лауазымды адам
fact-consent = Келісім
fact-link = Басқа іспен байланыс
fact-incident = Оқиғаның бөлігі
fact-head-count = Сонда бірге ұсталғандар
fact-task = Істеу керек
fact-contact = Байланыс
fact-lawyer-assigned = Істі адвокат алды
fact-official-claim = Көпшілікке айтылған дерек
fact-attachment = Тіркеме
fact-note = Жазба
fact-retraction = Қайтарып алынды

status-unknown = әзірге ештеңе белгісіз
status-missing = қайда екені белгісіз, іздеп жатырмыз
status-held = ұсталып отыр
status-in-hospital = ауруханада
status-under-arrest = әкімшілік қамаққа алу жазасын өтеп жатыр
status-released = бостандықта
status-died = қайтыс болған

source-person = адамның өзі
source-relative = туысы
source-lawyer = адвокат
source-witness = куәгер
source-recording = бейне- немесе аудиожазба
source-police = полиция
source-court = сот
source-press = баспасөз

reliability-first-hand = тікелей дерек
reliability-reported = біреуден естіген
reliability-rumour = қауесет

regime-administrative = әкімшілік іс
regime-criminal = қылмыстық іс
regime-none = ешқандай іссіз
regime-preventive = жүріп-тұру бостандығын превентивті шектеу

exit-no = жоқ
exit-on-condition = шартпен
exit-yes = иә

penalty-arrest = әкімшілік қамаққа алу
penalty-fine = айыппұл
penalty-warning = ескерту

protocol-delivery = жеткізу туралы
protocol-administrative = әкімшілік ұстап алу туралы
protocol-offence = құқық бұзушылық туралы
protocol-detention = іс жүргізушілік ұстап алу туралы

claimed-talk = әңгімеге шақырылған
claimed-witness = куә
claimed-witness-with-defence = қорғалуға құқығы бар куә
claimed-suspect = күдікті
claimed-administrative = әкімшілік іс бойынша
claimed-nothing = ештеңе айтылмады

number-criminal = қылмыстық іс
number-incident = ОЕК
number-protocol = хаттама
number-court = соттағы іс

lawyer-chosen = келісім бойынша
lawyer-appointed = тағайындалған
lawyer-waived = қорғаушыдан бас тартқан

duty-delivery-protocol = жеткізу туралы хаттама
duty-administrative-protocol = әкімшілік ұстап алу туралы хаттама
duty-offence-protocol = құқық бұзушылық туралы хаттама
duty-detention-protocol = іс жүргізушілік ұстап алу туралы хаттама
duty-relatives-told = туыстарына хабарлау
duty-embassy-told = елшілікке хабарлау
duty-rights-explained = құқықтары мен негіздерін түсіндіру
duty-lawyer-meeting = адвокатпен оңаша кездесу
duty-interrogated = жауап алу
duty-prosecutor-told = прокурорға жазбаша хабарлау
duty-motion-filed = санкция туралы өтінішхат
duty-hearing-held = сот отырысы
duty-court-order-received = сот қаулысының келіп түсуі
duty-appeal-decided = шағымды қарау

challenge-appeal = қаулыға шағым
challenge-complaint = ұстап алуға шағым

purpose-tell-family = отбасына хабарлау
purpose-never-tell = белгілі бір адамға ешқашан айтпау
purpose-share = басқа ұйымға беру
purpose-publish = жариялау
purpose-complain = оның атынан шағым беру
purpose-evidence = дәлел ретінде пайдалану

relation-same-detention = сол бір ұстау
relation-same-person = сол адам
relation-not-same = басқа адам

sex-female = әйел
sex-male = ер адам

condition-foreign = Қазақстан азаматы емес
condition-sole-carer = баланы жалғыз өзі тәрбиелеп отыр
condition-medical-need = дәрі немесе күтім қажет

answer-yes = иә
answer-no = жоқ

city-aktau = Ақтау
city-aktobe = Ақтөбе
city-almaty = Алматы
city-astana = Астана
city-atyrau = Атырау
city-karaganda = Қарағанды
city-kokshetau = Көкшетау
city-konaev = Қонаев
city-kostanay = Қостанай
city-kyzylorda = Қызылорда
city-oral = Орал
city-oskemen = Өскемен
city-pavlodar = Павлодар
city-petropavl = Петропавл
city-semey = Семей
city-shymkent = Шымкент
city-taldykorgan = Талдықорған
city-taraz = Тараз
city-turkistan = Түркістан
city-zhezkazgan = Жезқазған

## Экрандағы іс

show-no-name = аты әзірге белгісіз
show-status = { $status } ({ $since })
show-status-open = { $status }
show-disputed = Мәліметтер қайшы: { $what }
show-last-proof = Ұсталып отырғаны туралы соңғы дерек: { $when }
show-corrected = Түзетілген не қайтарып алынған
show-newer = Бағдарламаның жаңарақ нұсқасында жазылған
show-fact-sealed = Мөрленген: бұл құрылғыда оның кілті жоқ
show-fact-sealed-own = Мөрленген: сіз жазғансыз, бірақ кілті бұл құрылғыда сақталмайды
show-fact-erased = Үйлестіруші өшірген
show-fact-limited = үйлестірушілер мен жазған адамға арналған
show-unsent = { $count ->
   *[other] { $count } жазба серверге әлі жеткен жоқ
}
show-copied = Мұнда бір құрылғының екі көшірмесі жазған ({ $device }). Екі жазба да көрсетілген. Иесінен құрылғыны қалпына келтірген-келтірмегенін сұраңыз; келтірмесе, көшірмесі басқа біреуде.
show-aside = { $count ->
   *[other] { $count } жазба бөлек қойылды және көрсетілмейді
}
show-time-unknown = уақыты белгісіз
show-time-before = { $to } уақытына дейін
show-time-after = { $from } уақытынан кейін
show-time-between = { $from } – { $to } аралығында
show-source = { $source }, { $reliability }
show-claim = { $date }: { $who }: { $figure } { $value }
show-held-days = { $penalty }, { $days }
show-exit-offered = кетуге рұқсат етілді ме: { $answer }
show-guarded = күзет астында: { $answer }
show-lawyer-present = адвокат болды ма: { $answer }

## Көпшілік алдындағы мәлімдеме нені санайды

figure-detained = ұсталғаны:
figure-held = қамауда:
figure-still-held = әлі қамауда:
figure-released = босатылғаны:
figure-sentenced = сот жазалағаны:
