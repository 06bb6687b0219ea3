### Приложение. Имя нарочно ничего не говорит.

app-name = Тетрадь
app-language = Русский
app-loading = Загрузка…
app-back = Назад
app-skip = К содержанию
app-restarted = Внутри что-то сломалось и было перезапущено. Всё сохранённое цело; откройте снова.
app-mismatch = Эта страница и её внутренняя часть — разных версий. Загрузите страницу заново.
app-elsewhere = Тетрадь открыта в другой вкладке или другом окне. Продолжайте там или закройте её и обновите эту страницу.
app-update = Есть новая версия. Если её взять, ничего из сохранённого не пропадёт.
app-update-take = Взять новую версию
app-waiting = Координатор ещё не впустил это устройство. Записывать можно сразу; записи уйдут потом.
app-not-signed-in = Это устройство ещё не вошло на сервер. Всё, что вы запишете, до тех пор остаётся здесь.
app-put-away = Прочитано, убрать

nav-cases = Дела
nav-new = Новое
nav-sync = Обмен
nav-people = Люди
nav-settings = Настройки
nav-lock = Запереть

setup-title = Настроить это устройство
setup-intro = Записи запечатаны на этом устройстве парольной фразой. Сбросить её никто не может, и никто, кроме вас, её не знает.
setup-account = Имя вашей учётной записи
setup-account-hint = От 2 до 40 знаков: a–z, 0–9, точка, дефис, подчёркивание. С приглашением — любое, какое выберете.
setup-password = Пароль вашей учётной записи
setup-password-hint = Не меньше 10 знаков; лучше всего несколько слов.
setup-how = Как вы связаны с организацией?
setup-invited = У меня есть приглашение
setup-again = У меня уже есть учётная запись
setup-invitation = Приглашение
setup-organisation = Отпечаток организации
setup-organisation-hint = 64 знака: он стоит в настройках на вашем прежнем устройстве.
setup-passphrase = Парольная фраза для этого устройства
setup-passphrase-hint = Несколько слов. Её спросят каждый раз, когда вы открываете тетрадь.
setup-passphrase-again = Парольная фраза ещё раз
setup-passphrase-differs = Парольные фразы не совпадают.
setup-do = Настроить
setup-busy = Настраиваем…
sign-in-title = Войти
sign-in-do = Войти
sign-in-code = Код из приложения-аутентификатора или запасной код

unlock-title = Заперто
unlock-passphrase = Парольная фраза
unlock-do = Открыть
unlock-busy = Открываем…

cases-title = Дела
cases-empty = На этом устройстве ещё нет ни одного дела.
cases-first = Записать первое
cases-disputes = { $count ->
    [one] { $count } расхождение
    [few] { $count } расхождения
   *[other] { $count } расхождений
}
cases-unsent = не отправлено: { $count }
cases-aside = оставлено в стороне: { $count }

cards-title = Карточки по месту дежурства
cards-kept = На { $made }. Здесь они будут уничтожены { $until }.
cards-failed = Новых карточек нет: { $why }
cards-more = Там держат больше людей, чем карточек; ещё: { $count }
card-age-unknown = возраст неизвестен
card-injured = есть травмы

new-title = Кого забрали?
new-name = Имя
new-name-hint = Любым письмом, как сказали.
new-description = Или как человек выглядит, если имени никто не знает
entry-kind = Что произошло?
entry-choose = — выберите —
entry-city = Город
entry-city-of-case = как в деле
entry-place = Место
entry-place-hint = Отдел полиции, суд, больница, площадь или улица
entry-when = Когда?
when-now = сейчас
when-at = ровно в
when-about = примерно в
when-between = между
when-before = не позже
when-after = не раньше
when-unknown = никто не знает
entry-time = Время там
entry-time-to = и
entry-minutes = Минут в обе стороны
entry-said = Какими словами сказано, если времени по часам нет
entry-source = Кто это говорит?
entry-source-name = Имя, если его можно записать
entry-readers = Кто это прочтёт?
entry-few = Больше никто из тех, кто ведёт дело. Не учитывается ни в сроках, ни в состоянии, ни в письмах. Кто только записывает, сам этого больше не прочтёт.
readers-all = Все, кто читает дело
readers-few = Координаторы и я
entry-reliability = Откуда известно?
entry-optional = { $field } (если известно)
entry-replaces = Это исправляет:
entry-replaces-not = Ничего не исправлять
entry-save = Сохранить
entry-save-another = Сохранить и ещё одного оттуда же
entry-saving = Сохраняем…
entry-saved = Сохранено на этом устройстве: { $name }

field-text = Слова
field-date = Дата
field-sex = Пол
field-which = Что
field-holds = Так ли это?
field-exit-offered = Давали уйти?
field-plate = Номер машины
field-guarded = Под охраной?
field-regime = На каком основании
field-article = Статья
field-lawyer = Адвокат
field-lawyer-present = Был ли адвокат?
field-by = Кто
field-penalty = Наказание
field-days = Суток
field-person = Человек
field-figure = Что сосчитано
field-value = Сколько
field-who = Кто сказал
field-url = Адрес источника
field-scope = О каких местах
field-reason = Причина
field-copy-refused = Копию не дали?
field-number = Номер
field-status = В качестве кого
field-how = Как
field-what = Что
field-met-lawyer-first = Было ли до этого свидание с адвокатом наедине?
field-months = Месяцев
field-badge = Жетон
field-unit = Подразделение
field-masked = В маске?
field-purpose = На что
field-given = Согласие дано?
field-about = О ком или о чём
field-relation = Как связаны
field-case = Номер другого дела
field-done = Сделано?
field-minutes = Минут без перерыва
field-representative-present = Был ли законный представитель или педагог?
field-at = День и время
field-adds = Добавляется к другому аресту?
field-sha256 = SHA-256 файла
field-bytes = Размер в байтах

case-limits = Сроки
case-no-limits = Пока не известно ничего, от чего шёл бы срок.
case-disputes = Показания расходятся
case-timeline = Что известно
case-add = Добавить факт
case-correct = Исправить
case-assign = Дать кому-то открыть это дело
case-assign-account = Учётная запись адвоката или координатора
case-assign-do = Дать открыть
attachment-title = Фотографии и бумаги
attachment-get = Получить
attachment-get-original = Получить оригинал
attachment-file = Фотография или бумага
attachment-text = Что на ней
attachment-add = Приложить к делу
case-ask = Узнать: { $question }

sync-title = Обмен с сервером
sync-do = Обменяться сейчас
sync-busy = Обмен идёт…
sync-unsent = Ещё не отправлено: { $count }
sync-all-sent = Всё отправлено.
sync-aside = Оставлено в стороне, потому что проверить не удалось: { $count }
sync-last = Сервер последний раз ответил: { $when }
sync-never = Сервер ещё не отвечал.
sync-offline = Браузер говорит, что сети нет. Всё, что вы записываете, хранится здесь.
sync-by-hand = Без сети
sync-by-hand-text = То, что не дошло до сервера, можно передать из рук в руки, на флешке или в любом мессенджере: запечатанным, так что открыть смогут только координаторы и сервер. Пока сервер не подтвердит, оно считается неотправленным.
sync-give = Сделать файл
sync-take = Принять файл, который вам дали
sync-given = Файл готов. Передайте его координатору или тому, кто доберётся до сети.

people-title = Люди
people-devices = Устройства
people-none-wait = Ни одно устройство не ждёт.
people-alone = Настройка не закончена, пока нет второго координатора: без этого устройства никто не смог бы ни впустить людей, ни прочесть, что пишут другие. Пригласите координатора.
people-let-in = Впустить
people-revoke = Отозвать
people-revoke-text = Отныне оно ничего не получает, а узнав об этом, уничтожит всё, что на нём есть. Вернуть его нельзя.
people-revoke-sure = Да, отозвать
people-compare = Эти ключи пришли не с приглашением от этого устройства. Прежде чем впустить, сверьте номер целиком с владельцем по голосу.
people-compared = Номер целиком сверен по голосу. Кем будет:
people-invite = Пригласить
people-role = Кем
people-hours = На сколько часов
people-invite-do = Сделать приглашение
people-invitation = Приглашение действует один раз и для одного человека. Передайте его там, где его не прочтёт никто другой:
people-families = Семьи, которые спрашивают
people-follows = Следит за делом { $case }
people-attach-to = За каким делом можно следить?
people-attach = Разрешить следить
people-detach = Открепить от дела
people-attach-warning = Проверьте, кто это и чего хочет задержанный.

settings-title = Настройки
settings-language = Язык
settings-contact = Куда приходят ваши сообщения
settings-contact-address = Адрес электронной почты
settings-contact-do = Присылать туда
settings-device = Это устройство
settings-account = Учётная запись: { $account }
settings-role = Роль: { $role }
settings-organisation = Отпечаток организации: { $fingerprint }
settings-persisted = Браузер обещает хранить то, что здесь записано.
settings-not-persisted = Если место кончится, браузер может удалить записанное здесь. Обменивайтесь почаще и добавьте тетрадь на домашний экран.
settings-wipe = Стереть это устройство
settings-wipe-text = Сразу уничтожает ключи и все записи на этом устройстве. Что браузер, может быть, ещё хранит, открыть уже нельзя. Отправленное остаётся у других.
settings-wipe-sure = Да, уничтожить всё здесь
settings-wipe-not = Оставить

## Учётная запись

account-title = Вход
factor-title = Второй фактор
factor-none = У вашей учётной записи нет второго фактора: кто узнает пароль, сможет войти под вашим именем.
factor-waits-from = Срок: { $when }. После него то, что могут только координаторы и правозащитники, не выполняется, пока второго фактора нет.
factor-hint = Приложение-аутентификатор каждые полминуты показывает новый код. Когда оно подключено, для входа нужны и пароль, и такой код.
factor-add = Добавить приложение-аутентификатор
factor-replace = Сменить приложение-аутентификатор
factor-scan-here = Отсканируйте это приложением-аутентификатором, лучше на другом устройстве, не на этом. У кого это есть, у того ваш второй фактор.
factor-qr = QR-код для приложения-аутентификатора
factor-type = Или введите это в приложение вручную:
factor-open = Открыть в приложении-аутентификаторе на этом устройстве
factor-open-hint = Тетрадь тем временем запрётся. Откройте её в течение пяти минут и продолжайте здесь.
factor-code = Код, который приложение показывает сейчас
factor-current = Код из прежнего приложения или запасной код
factor-do = Подключить
factor-busy = Подключаем…
codes-title = Ваши запасные коды
codes-text = Приложение-аутентификатор подключено: теперь для входа нужен ещё и его код. С каждым из этих кодов можно один раз войти без приложения.
codes-once = Они показаны только сейчас. Выпишите их на бумагу и храните её отдельно от устройств. Если уйти с этого экрана, перейти в другое приложение или запереть тетрадь, их больше не увидеть.
codes-done = Коды выписаны
password-title = Сменить пароль
password-text = Это пароль вашей учётной записи. Парольная фраза, которой открывается это устройство, остаётся прежней. На этом устройстве входить заново не надо, на остальных ваших — надо.
password-now = Нынешний пароль
password-next = Новый пароль
password-again = Новый пароль ещё раз
password-differs = Новые пароли не совпадают.
password-busy = Меняем…
password-done = Пароль изменён. На остальных ваших устройствах надо войти заново с новым паролем. Парольная фраза этого устройства прежняя.

## Перекличка

roll-title = Перекличка
roll-where = Где
roll-nobody = Неизвестно, чтобы кого-то удерживали в месте, у которого есть название.
roll-mark = Отметить как
roll-tap = Затем коснитесь каждого, о ком это так; второе касание снимает отметку.
roll-rest = Отметить всех остальных
roll-inside = внутри
roll-out = отпустили
roll-moved = перевели
roll-court = увезли в суд
roll-not-shown = не показали
roll-court-place = суд
roll-save = Сохранить для всех
roll-saved = { $count ->
    [one] Сохранено для { $count } человека
    [few] Сохранено для { $count } человек
   *[other] Сохранено для { $count } человек
}
