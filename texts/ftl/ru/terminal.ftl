### What only the command-line device says: what it asks, what it did, and what it names by the commands of a terminal.

device-this = Это устройство: { $id }
device-signed-in = Вход выполнен. `habeas sync` принесёт ваши дела.
device-signed-in-waiting = Вход выполнен. Координатор впускает устройство командой: habeas device approve { $id }
device-record-meanwhile = Записывать можно сразу; записи уйдут потом.
device-waiting = Это устройство ждёт, когда координатор его впустит: { $id }
device-kept = Всё, что вы запишете тем временем, хранится здесь и уйдёт потом.
device-invitation = Приглашение действует { $hours } ч и для одного человека. Передайте его там, где его не прочтёт никто другой.
device-organisation-made = Организация создана, и это устройство её первого координатора: { $id }
device-second-coordinator = Настройка не закончена, пока нет второго координатора: habeas invite --role coordinator
device-let-in = { $id } впущено: { $account }, { $role }
case-erased = Дело { $case } стёрто. Сервер его уничтожил; каждое устройство сделает это, как только о нём узнает. В резервных копиях, сделанных раньше, оно остаётся, пока оператор их не удалит.
error-erase-unsure = Дело { $case } ({ $title }) будет стёрто навсегда, на сервере и на каждом устройстве, со всем, что в нём записано, и с фотографиями. Семьи, которые за ним следят, больше ничего не услышат. Вернуть его нельзя: если вы этого хотите, добавьте --yes
fact-erased = Факт { $fact } стёрт. Сервер уничтожил его ключ; каждое устройство сделает это, как только о нём узнает. В резервных копиях, сделанных раньше, он остаётся, пока оператор их не удалит.
error-erase-fact-unsure = Этот факт будет стёрт навсегда, на сервере и на каждом устройстве: { $said }. Останется, кто и когда его записал и что он стёрт; дело продолжается без него. Вернуть его нельзя: если вы этого хотите, добавьте --yes
error-fact-not-sealed = { $fact } уже стёрт или не был записан как чувствительный: тогда его можно стереть только вместе с делом, командой habeas case erase
device-family-follows = Семья теперь следит за делом { $case } ({ $title }). Если прикрепить запрос к другому делу, он перейдёт туда.
request-confirmed = адрес подтверждён
request-attached = прикреплён
device-family-waits = Семья больше не следит ни за каким делом; её запрос снова ждёт.
count-released = опубликован
count-waits = ждёт второго человека
device-rows = Месяцы целиком, порядок строк ничего не значит. Имён здесь нет, но за каждой строкой человек: храните файл, как хранили бы список людей, и не публикуйте два таких файла рядом.
device-proposed = Опубликовать должен второй человек: habeas tally release { $id }
device-released = Опубликовано: подсчёт стоит на странице сервера /counts.
error-field-form = `{ $field }` — не поле; напишите имя=значение
error-case-ambiguous = По { $case } дело не узнать; укажите больше знаков его номера
error-vault-order = Запись положена на место другой; восстановите хранилище из резервной копии этого устройства
error-vault-torn = Последнее сохранение оборвалось до подтверждения; его { $bytes } байт лежат в { $path }. Всё подтверждённое на месте.
error-folder-holds-device = В { $folder } уже есть устройство; укажите другую папку через --home
error-no-device = В { $folder } нет устройства; начните с `habeas login --help` или укажите его папку через --home
error-device-busy = Устройство в { $folder } занято другой программой; подождите, пока она закончит
error-cannot-ask = В этом терминале нельзя спросить ({ $detail }); задайте { $variable }
error-server-address = `{ $server }` — не адрес сервера; он начинается с https:// (http:// только на этой же машине)
error-more = Есть чем обменяться ещё; синхронизируйте снова
error-code-parts = В коде две части через дефис; скопируйте его целиком с терминала сервера
error-other-clerk = Отвечает не та служба учёта, чей отпечаток напечатал сервер: между вами может кто-то стоять. Ничего не создано
error-setup-unsure = { $problem }. Если сервер всё же мог это получить, прежде всего попробуйте `habeas login` с этой учётной записью: тогда в папке { $folder } ваш единственный координатор. Если сервер отказал, удалите папку и начните заново
error-setup-code = Сервер не принимает этот код установки: перепишите его ещё раз с терминала самого сервера
error-device-in = Это устройство уже впущено
error-device-whole-id = Укажите номер, который вы сверили, целиком, а не его начало
error-days-form = О `{ $text }` спросить нельзя: только буквы a–z, цифры и дефисы; дни пишутся как 2021-01-10
ask-passphrase = Парольная фраза этого устройства:
ask-new-passphrase = Парольная фраза для этого устройства (несколько слов; сбросить её никто не сможет):
ask-again = Ещё раз то же самое:
error-typed-differently = Введённое не совпало; ничего не создано. Начните ещё раз
ask-password = Пароль вашей учётной записи:
ask-new-password = Пароль для вашей учётной записи:
ask-next-password = Новый пароль вашей учётной записи:
password-changed = Пароль изменён. Это устройство остаётся в системе, на остальных ваших надо войти заново: habeas login. Парольная фраза этого устройства прежняя.
show-timeline = Что известно
show-deadlines = Сроки
show-last-word = Вестей нет с: { $when }
show-stints = Где держали
show-procedure = Процедура
show-place-unknown = место неизвестно
show-no-cases = На этом устройстве нет дел.

## The clock without a device

error-no-pack = Правил `{ $pack }` нет; есть: { $packs }
error-file-large = больше { $most } байт
error-sheet = это не то, что печатает `habeas case show --json`, и не факты в том виде, который описан в docs/clock.md: { $detail }
error-when-twice = укажите время один раз: at, about, between, before или after
error-held-ahead = позже, чем --now: тогда этого ещё нельзя было знать
error-give-or-take = ставится только вместе с about
rules-checked = { $pack }, издание от { $edition }: применимы все правила, их { $count }.
rules-reviewed = Проверил: { $name }.
explain-none = К тому, что записано в этом деле, ни один срок не относится.

## What to type after an error of that name.

hint-error-fact-id = номера показывает `habeas case show`
hint-error-replaces-unknown = номера показывает `habeas case show`
hint-error-no-case = `habeas list` показывает, какие есть
hint-error-not-signed-in = см. `habeas login --help`
hint-error-device-id = номера показывает `habeas device list`
hint-error-bundle-empty = чтобы всё же взять дела с собой, назовите их через --case
hint-error-bundle-not-for-this = `habeas bundle hand-in ФАЙЛ` сдаст его на сервер
hint-error-device-unproved = добавьте --compared-by-voice РОЛЬ
hint-error-account-unknown = `habeas device list` показывает, кто есть
hint-error-organisation-digits = он указывается после --organisation
hint-error-organisation-missing = --invite или --organisation с тем, что печатает `habeas org show`
rules-hear = семьям сообщается
rules-hear-not = семьям не сообщается
rules-silent = Эти правила никто не сверил, поэтому по ним семьям ничего не сообщается, пока вы не разрешите (habeas rules allow ПРАВИЛО): { $rules }
error-no-rule = нет правила `{ $rule }`; их показывает `habeas rules list`

## Papers and roll calls

breaches-none = Ничто не нарушено при любом прочтении, насколько известно.
breaches-since = Отсчёт с: { $when }
export-unsealed = { $path } содержит дело в открытом виде. У кого файл, тот прочтёт в нём каждое имя: храните его зашифрованным и удалите после использования
history-recorded = записано: { $when }
history-replaced = исправлено или отозвано фактом { $fact }
error-heads = `{ $text }` не называет изменений этого дела; `habeas case show --json` печатает `heads`
error-no-sheet = На этом устройстве не печатали список для «{ $place }»; его печатает `habeas rollcall МЕСТО`
error-nobody-there = Неизвестно, чтобы кого-то держали в «{ $place }». Места на этом устройстве: { $places }
error-mark = `{ $mark }` не читается; напишите номера и состояние: "1-14,17 out". Состояния: { $states }
error-sheet-number = `{ $part }` — не номер и не диапазон списка, в котором { $count }
error-marked-twice = номер { $number } отмечен дважды; ничего не сохранено
rollcall-how = Верните так: habeas rollcall "{ $place }" "1-14,17 out" "15 moved" (inside — внутри, out — вышел, moved — перевели, court — увезли в суд, not_shown — не показали)

## Rules of elsewhere

error-no-zone = здесь нет часового пояса `{ $zone }`; есть пояса Казахстана, Europe/Moscow и Asia/Tbilisi
rule-ru-cpc-protocol = Россия: протокол задержания
rule-ru-cpc-prosecutor = Россия: уведомление прокурора
rule-ru-cpc-detention = Россия: задержание без суда
rule-ru-cao-detention = Россия: административное задержание
rule-ru-cao-detention-total = Россия: административное задержание в целом
rule-ru-cao-arrest = Россия: предельный срок административного ареста
rule-ge-cpc-charge = Грузия: предъявление обвинения
rule-ge-cpc-court = Грузия: первое заседание суда
rule-ge-cpc-detention = Грузия: задержание по уголовному делу в целом
rule-ge-cao-detention = Грузия: административное задержание
rule-intl-iccpr-judge = Международный пакт: передача судье
rule-intl-echr-judge = Европейская конвенция: передача судье
rule-intl-un-judge = Принципы ООН: незамедлительная передача судье
law-RUCPC = УПК РФ
law-RUCAO = КоАП РФ
law-GECPC = УПК Грузии
law-GECAO = КоАП Грузии
law-ICCPR = Международный пакт о гражданских и политических правах
law-ECHR = Европейская конвенция о правах человека
law-UNBOP = Свод принципов ООН

# Bundles: changes carried by hand

bundle-handed-in = Сдано. На сервере теперь изменений из пакета: { $there }; не принято: { $refused }. Подтверждение для того, кто сделал пакет: { $file }
bundle-made = Готово, файлов — { $files }: изменений — { $changes }, дел — { $cases }, устройств — { $devices }. Открыть их могут только эти устройства.
error-bundle-nobody = «{ $who }» этому устройству не известно: напишите coordinators, учётную запись того, кого впустило это устройство, или номер устройства
device-revoked = Отозвано: { $account }, { $device }. Отныне оно ничего не получает, а узнав об этом, уничтожит всё, что на нём есть. Дела, которые оно могло открыть, получают новые ключи.
device-handed-over = То, что оно ещё не передало, отдано координаторам; решают они. Файлов: { $count }
device-hands-over-later = То, что оно ещё не передало, ждёт здесь запечатанным, пока не будет связи с сервером. Файлов: { $count }
quarantine-empty = Решения ничто не ждёт
quarantine-item = { $id }: получено { $time } от отозванного устройства { $device } ({ $account }); изменений: { $changes }. Когда они написаны, доказать нельзя
quarantine-accepted = Принято в дела: { $received }; оставлено в стороне: { $aside }
quarantine-dropped = Удалено: { $id }
error-quarantine-stays = Это остаётся в карантине: часть не удалось прочесть, она из дел, которых это устройство открыть не может ({ $closed }), или ещё не на сервере. Попробуйте ещё раз или попросите другого координатора
error-quarantine-unknown = В карантине нет { $id }
hint-error-quarantine-unknown = `habeas quarantine list` показывает, что ждёт решения
fact-replaces = исправлено или взято назад: { $fact }
error-file-there = { $path } уже есть; поверх ничего не пишется: назовите новый файл
hint-error-no-attachment = что есть, покажет `habeas attachment list ДЕЛО`
hint-error-attachment-original = с --original файл будет таким, как его приложили, со всем, что в нём может быть сказано о его происхождении

## Second factors

ask-code = Код из приложения-аутентификатора или запасной код:
factor-scan = Введите это в приложение-аутентификатор на другом устройстве, не на этом: QR-кодом или вручную. У кого это есть, у того ваш второй фактор.
factor-confirm = Затем: habeas second-factor confirm КОД, с кодом, который показывает приложение
error-factor-not-begun = Подтверждать нечего; начните с habeas second-factor enrol
factor-enrolled = Теперь для входа нужен ещё и код из приложения. С запасными кодами можно войти без приложения, с каждым один раз. Запишите их и храните отдельно от устройств; больше они показаны не будут.
factor-on = У этой учётной записи есть второй фактор. Запасных кодов осталось: { $left }
factor-missing = У этой учётной записи нет второго фактора: войдёт любой, кто узнает пароль. Добавьте приложение-аутентификатор: habeas second-factor enrol
factor-not-needed = У этой учётной записи нет второго фактора, и для её роли он не нужен.
factor-reset = Второй фактор учётной записи { $account } сброшен. Пока не добавлен новый, для входа достаточно пароля.

## Intakes

intake-opened = Кто откроет эту ссылку в ближайшие { $hours } ч, создаст учётную запись и сразу сможет записывать; не больше { $people } человек. Покажите её только тем, кто в комнате. Затем: habeas intake list
intake-until = Ссылка действует до { $until }; вошло: { $joined } из { $people }
intake-was-until = Ссылка действовала до { $until }; вошло: { $joined } из { $people }
intake-none = На этом устройстве нет набора, в котором что-то не решено.
intake-approved = Впущено: { $count }
intake-refused = Не впущено: { $count }. Записанное остаётся на их устройствах.
intake-closed = По ссылкам этого устройства больше никого не принимают.
error-server-device-in = Устройство, которое уже впущено или чей владелец уже впущен, отказом не закрыть; отзовите его: habeas device revoke
error-intake-name = По ссылке этого устройства не приходил никто с именем { $name }, или таких несколько; укажите имя учётной записи целиком или больше знаков номера устройства
error-intake-in = { $account } уже впущен(а); впущенное устройство можно отозвать: habeas device revoke
error-intake-too-many = По одной ссылке пришло больше людей, чем она рассчитана: { $count }. Сервер впустил больше, чем можно. Никто не впущен. Выслушайте каждого и впускайте по одному: habeas device approve

## Coordinators

coordinator-is-there = координирует
coordinator-is-frozen = заморожен(а); вернуть хотят координаторов: { $count } из 2
coordinator-frozen = Заморожен(а): { $who }. Со следующего запроса подписи этих устройств ничего не значат, и они ничего не получают. Что на них есть, остаётся; разморозить могут двое других координаторов: habeas coordinator thaw
coordinator-half-thawed = Вы за то, чтобы { $who } продолжал(а); то же должен сказать второй координатор.
coordinator-thawed = { $who } снова координирует.
error-coordinator-unknown = { $who } — не учётная запись, которую знает это устройство, и не начало номера одного устройства: habeas device list
error-freeze-oneself = Себя не замораживают: пусть это сделает другой координатор, или отзовите устройство
error-freeze-others = Замораживают только координаторов; устройство любого другого отзывают: habeas device revoke
error-frozen-already = Этот координатор уже заморожен
error-not-frozen = Этот человек не заморожен
error-thawed-already = Вы это уже сказали; то же должен сказать второй координатор

## Recovery

recovery-title = Доля { $number } из 3
recovery-text = Две доли из трёх возвращают организацию, когда потеряны устройства всех координаторов: у кого есть две, тот может открыть каждое дело. Одна не открывает ничего. Храните этот лист там, где его не станут искать, отдельно от других, и никому не говорите, у кого они.
recovery-how = Чтобы воспользоваться, нужна вторая доля и компьютер с программой habeas: habeas recovery use --server { $server } --account ИМЯ. Наберите четыре строки, как они стоят здесь, или считайте код. После этого, и если лист потерян: habeas recovery rotate.
recovery-holds = Отныне действуют эти три доли, а напечатанные раньше — нет. Отдайте их трём людям, которые не живут вместе, и не оставляйте здесь копий: очистите терминал и файл, через который они прошли.
recovery-there = Доли есть. Две из них возвращают организацию.
recovery-none = Долей нет: если потеряны устройства всех координаторов, потеряно всё. Напечатайте их: habeas recovery print
recovery-done = Теперь это устройство координатора: { $id }. Дальше: впустите второго координатора, отзовите потерянные устройства и замените использованные доли: habeas recovery rotate
recovery-ask = Доля { $number } из двух: четыре её строки, одна за другой
recovery-rotate = Если у того, кто ушёл, была напечатанная доля или печатал их он, замените все три: habeas recovery rotate
error-recovery-there = Доли уже есть; заменить их: habeas recovery rotate
error-recovery-none = Долей ещё нет: habeas recovery print
error-recovery-void = { $problem }. Только что напечатанные доли не действуют: уничтожьте их и напечатайте снова
error-share-same = Это дважды одна и та же доля; нужна вторая
error-share-apart = Эти две доли не из одной печати и вместе ничего не дают
error-share-other = Сервер показывает не ту организацию, чьи это доли; ничего не сделано
error-share-line = Строка { $number } не такая, как напечатана: сверьте букву за буквой и наберите её снова
error-share-short = Это не целая доля: в ней четыре строки по 24 буквы и цифры
error-server-no-recovery = Это не доли организации этого сервера, или их заменили другими
