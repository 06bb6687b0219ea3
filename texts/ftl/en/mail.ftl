### Mail and pages for lawyers, families and the public. Mail to families never holds a name, a place, an article or a court.

## To lawyers. $case is the beginning of the case's id.

mail-lawyer-subject = Case { $case }: { $verdict }
mail-lawyer-correction-subject = Case { $case }: correction
mail-lawyer-correction = What we wrote about this limit no longer holds. Now: { $sentence }
mail-lawyer-foot = Case { $case }. Details are on your device. You get this because the case is yours, or nobody's yet.
mail-waits-subject = Something waits for your decision
mail-waits = A device has handed in what it had not brought, and cannot bring any more: it is revoked, or may not write there any more. See it, and decide whether it counts, at a terminal: habeas quarantine list. The app cannot show it. About this we write once a day at most.

## To families

mail-family-subject = News about the person you asked about
mail-confirmed-subject = Your request is confirmed
mail-confirm-subject = Please confirm your request
mail-confirm-body =
    Somebody asked us to write to this address about a person. If it was you, open this page and confirm within 24 hours:
    { $link }

    If it was not you, do nothing. Nothing more will come.
mail-family-over = The legal limit for holding this person passed at { $deadline }. No release is on record. Last confirmed inside at { $proof }.
mail-family-certain = This person was held beyond the legal limit. The limit passed at { $deadline }; confirmed inside at { $proof }.
mail-family-corrected-released = We wrote to you that the legal limit had passed. We have since learned of a release at { $released }. By what is now on record the limit was kept. We are sorry for the alarm.
mail-family-corrected-doubt = We wrote to you that the legal limit had passed. What we have learned since puts this in doubt. We are trying to find out and shall write again.
mail-family-word = Your sign, so that you know this mail is ours: { $word }
mail-family-page = The state of things, behind the word that only you know: { $link }
mail-family-stop = To get no more of these mails: { $link }
mail-family-page-again = Your request is confirmed. Keep this mail: it leads you back to your page.

## Pages

page-language = English
page-family-title = Ask about somebody who was detained
page-family-intro = Write whom you are looking for. A coordinator reads it and, if we learn of the person, you get mail. The answer is the same whether or not we know of the person already.
page-family-name = Whom are you looking for? Name, and year of birth if you know it
page-family-relationship = Who are you to this person?
page-family-email = Your e-mail address
page-family-word = A word that only you know; your page will ask for it
page-family-sign = Another word, your sign: it stands in every mail from us
button-send = Send
page-sent-title = Thank you
page-sent-text = We have sent a mail to that address. Open it and confirm within 24 hours. If it does not come, look among the spam.
page-confirm-title = Confirm your request
page-confirm-text = Shall we write to this address when there is news about the person you asked about?
button-confirm = Yes, write to me
page-confirmed-title = Confirmed
page-confirmed-text = A coordinator will look at your request. We shall write when there is news.
page-status-title = The person you asked about
page-status-ask = The word that only you know
button-open = Open
page-status-wrong = That is not the word. After five wrong words this page closes for an hour.
page-status-locked = Too many wrong words. Try again in an hour.
page-status-waiting = Your request is with a coordinator. There is nothing more to say yet.
page-status-nothing = No legal limit is known to have passed.
page-status-doubt = Accounts differ on whether a legal limit has passed. We are trying to find out.
page-stop-title = No more mail
page-stop-text = Shall we stop writing to you? The request is then closed; you can make another at any time.
button-stop = Stop writing to me
page-stopped-text = We shall not write to you again.
page-expired-title = This link no longer works
page-expired-text = It was used, or it is too old. You can make a new request.
page-error-title = That did not work
page-error-field = Please fill in every field with at most 200 characters, and give an e-mail address that can receive mail. Your sign has at most 40 characters, and no address, link or telephone number.
page-family-later = We cannot take more requests just now, and yours was not taken. What you wrote is still here: wait a while and send it again.

## Counts

counts-title = Detentions on record
counts-none = No counts have been released yet.
counts-period = { $from } to { $to }, as known on { $known }
counts-method = A detention is one case on record. Persons are a range: people with the same name may be one person or several. “Possibly” counts cases in which by some account a legal limit was passed; “if still held” those whose limit has passed and of whom nothing has been heard since; “certainly” those proved to have been held beyond it. “Offered to leave” counts those in which somebody says that people who were kept on a square could go: we count them as detained, and say how many they are. A row counts at least five cases: what is fewer is put together by month, then without the city, and what is left is counted under “All” only, since one case of a small town tells who it is.
counts-day = Day
counts-city = City
counts-city-unknown = unknown
counts-city-several = several
counts-status = Where they are now
counts-detentions = Detentions
counts-persons = Persons
counts-possibly = Possibly beyond a limit
counts-if-held = Beyond, if still held
counts-certainly = Certainly beyond
counts-exit-offered = Offered to leave
counts-claims = What others have said
counts-claim = { $who }: { $figure } { $value }
counts-total = All
