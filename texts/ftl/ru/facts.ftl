### Факты, состояния, источники, места: то, что показывает дело.

fact-name = Имя
fact-description = Приметы
fact-birth = Дата рождения
fact-sex = Пол
fact-vulnerability = Уязвимость
fact-last-seen-free = В последний раз видели на свободе
fact-restrained = Ограничили свободу
fact-exit-offered = Предлагали уйти
fact-in-vehicle = Посадили в машину
fact-delivered = Доставили в отдел
fact-held = Удерживают
fact-asked-not-here = Спросили: «здесь нет»
fact-seen-in-custody = Видели среди задержанных или есть весть
fact-transferred = Перевели
fact-hospitalised = Увезли в больницу
fact-released = Освободили
fact-died = Умер(ла)
fact-regime = На каком основании
fact-circumstance = Обстоятельство
fact-lawyer-admitted = Адвоката допустили
fact-lawyer-refused = Адвоката не допустили
fact-court-order-received = Поступило постановление суда
fact-hearing-held = Прошло заседание
fact-sentenced = Назначено взыскание
fact-injury = Травма
fact-relatives-told = Сообщили родным
fact-interrogated = Допросили
fact-prosecutor-told = Письменно сообщили прокурору
fact-motion-filed = Подали ходатайство о санкции
fact-materials-at-court = Материалы поступили в суд
fact-appeal-filed = Подали жалобу
fact-appeal-decided = Жалобу рассмотрели
fact-secrecy-warning = Предупредили о тайне следствия
fact-ill-treatment = Жестокое обращение
fact-sexual-violence = Сексуальное насилие
fact-privileged-note = Адвокатская тайна
fact-informant = Негласный источник
fact-medical-examination = Медицинский осмотр
fact-conditions = Условия содержания
fact-property-taken = Забрали вещи
fact-document = Документ
fact-blocked-at-home = Заблокирован(а) дома
fact-sobered = Засвидетельствовали вытрезвление
fact-protocol = Составили протокол
fact-status-claimed = Полиция говорит: здесь как
fact-number = Номер дела или записи
fact-rights-explained = Разъяснили права и основания
fact-relatives-requested = Просит сообщить родным
fact-embassy-told = Сообщили посольству
fact-lawyer = Защитник
fact-lawyer-meeting = Свидание с адвокатом наедине
fact-charged = Предъявили обвинение
fact-not-done = На этот момент не сделано
fact-remand = Санкционировано содержание под стражей
fact-hearing-set = Назначено заседание
fact-decision-received = Получена копия постановления
fact-official = Должностное лицо
fact-consent = Согласие
fact-link = Связь с другим делом
fact-incident = Часть события
fact-head-count = Держали там вместе
fact-task = Нужно сделать
fact-contact = Контакт
fact-lawyer-assigned = Дело взял адвокат
fact-official-claim = Публичное заявление
fact-attachment = Приложение
fact-note = Заметка
fact-retraction = Отозвано

status-unknown = пока ничего не известно
status-missing = где находится, неизвестно; ищем
status-held = удерживают
status-in-hospital = в больнице
status-under-arrest = отбывает административный арест
status-released = на свободе
status-died = умер(ла)

source-person = сам человек
source-relative = родственник
source-lawyer = адвокат
source-witness = свидетель
source-recording = запись
source-police = полиция
source-court = суд
source-press = пресса

reliability-first-hand = из первых рук
reliability-reported = с чужих слов
reliability-rumour = слух

regime-administrative = административное дело
regime-criminal = уголовное дело
regime-none = без дела
regime-preventive = превентивное ограничение свободы передвижения

exit-no = нет
exit-on-condition = с условием
exit-yes = да

penalty-arrest = административный арест
penalty-fine = штраф
penalty-warning = предупреждение

protocol-delivery = о доставлении
protocol-administrative = об административном задержании
protocol-offence = о правонарушении
protocol-detention = о процессуальном задержании

claimed-talk = приглашён на беседу
claimed-witness = свидетель
claimed-witness-with-defence = свидетель, имеющий право на защиту
claimed-suspect = подозреваемый
claimed-administrative = по административному делу
claimed-nothing = ничего не сказали

number-criminal = уголовное дело
number-incident = КУИ
number-protocol = протокол
number-court = дело в суде

lawyer-chosen = по соглашению
lawyer-appointed = по назначению
lawyer-waived = отказ от защитника

duty-delivery-protocol = протокол о доставлении
duty-administrative-protocol = протокол об административном задержании
duty-offence-protocol = протокол о правонарушении
duty-detention-protocol = протокол о процессуальном задержании
duty-relatives-told = уведомление родных
duty-embassy-told = уведомление посольства
duty-rights-explained = разъяснение прав и оснований
duty-lawyer-meeting = свидание с адвокатом наедине
duty-interrogated = допрос
duty-prosecutor-told = письменное уведомление прокурора
duty-motion-filed = ходатайство о санкции
duty-hearing-held = заседание суда
duty-court-order-received = поступление постановления суда
duty-appeal-decided = рассмотрение жалобы

challenge-appeal = жалоба на постановление
challenge-complaint = жалоба на задержание

purpose-tell-family = сообщить семье
purpose-never-tell = никогда не сообщать кому-то
purpose-share = передать другой организации
purpose-publish = опубликовать
purpose-complain = подать жалобу от имени человека
purpose-evidence = использовать как доказательство

relation-same-detention = то же задержание
relation-same-person = тот же человек
relation-not-same = другой человек

sex-female = женщина
sex-male = мужчина

condition-foreign = не гражданин
condition-sole-carer = воспитывает ребёнка в одиночку
condition-medical-need = нужны лекарства или уход

answer-yes = да
answer-no = нет

city-aktau = Актау
city-aktobe = Актобе
city-almaty = Алматы
city-astana = Астана
city-atyrau = Атырау
city-karaganda = Караганда
city-kokshetau = Кокшетау
city-konaev = Конаев
city-kostanay = Костанай
city-kyzylorda = Кызылорда
city-oral = Уральск
city-oskemen = Усть-Каменогорск
city-pavlodar = Павлодар
city-petropavl = Петропавловск
city-semey = Семей
city-shymkent = Шымкент
city-taldykorgan = Талдыкорган
city-taraz = Тараз
city-turkistan = Туркестан
city-zhezkazgan = Жезказган

## Дело на экране

show-no-name = имя пока неизвестно
show-status = { $status } ({ $since })
show-status-open = { $status }
show-disputed = Сведения расходятся: { $what }
show-last-proof = Последнее подтверждение, что человека удерживают: { $when }
show-corrected = Исправлено или отозвано
show-newer = Записано более новой версией программы
show-fact-sealed = Запечатано: на этом устройстве нет ключа
show-fact-sealed-own = Запечатано: записали вы, но ключ на этом устройстве не хранится
show-fact-erased = Стёрто координатором
show-fact-limited = для координаторов и того, кто записал
show-unsent = { $count ->
    [one] { $count } запись ещё не дошла до сервера
    [few] { $count } записи ещё не дошли до сервера
   *[other] { $count } записей ещё не дошли до сервера
}
show-copied = Здесь писали две копии одного устройства ({ $device }). Показаны обе записи. Спросите владельца, восстанавливал ли он его; если нет, копия есть у кого-то ещё.
show-aside = { $count ->
    [one] { $count } запись оставлена в стороне и не показана
    [few] { $count } записи оставлены в стороне и не показаны
   *[other] { $count } записей оставлено в стороне и не показано
}
show-time-unknown = время неизвестно
show-time-before = до { $to }
show-time-after = после { $from }
show-time-between = между { $from } и { $to }
show-source = { $source }, { $reliability }
show-claim = { $date }: { $who }: { $figure } { $value }
show-held-days = { $penalty }, { $days }
show-exit-offered = предлагали уйти: { $answer }
show-guarded = под охраной: { $answer }
show-lawyer-present = адвокат был: { $answer }

## Что считает публичное заявление

figure-detained = задержано:
figure-held = удерживают:
figure-still-held = ещё удерживают:
figure-released = освобождено:
figure-sentenced = наказано судом:
